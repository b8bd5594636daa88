"""The words of the simulated posts and comments, in English and in Chinese side by side."""

from __future__ import annotations

Pair = tuple[str, str]

# What the templates' slots are filled with.
WORDS: dict[str, tuple[Pair, ...]] = {
    "tea": (
        ("Longjing", "龙井"),
        ("Biluochun", "碧螺春"),
        ("Tieguanyin", "铁观音"),
        ("Da Hong Pao", "大红袍"),
        ("white peony", "白牡丹"),
        ("ripe pu-erh", "熟普"),
        ("raw pu-erh", "生普"),
        ("Keemun black", "祁门红茶"),
        ("jasmine tea", "茉莉花茶"),
        ("Lapsang Souchong", "正山小种"),
        ("Dancong oolong", "凤凰单丛"),
        ("aged white tea", "老白茶"),
    ),
    "ware": (
        ("gaiwan", "盖碗"),
        ("clay teapot", "紫砂壶"),
        ("glass pitcher", "玻璃公道杯"),
        ("travel cup", "快客杯"),
        ("tasting cup", "品茗杯"),
        ("bamboo tray", "竹茶盘"),
        ("iron kettle", "铁壶"),
        ("tea caddy", "茶叶罐"),
    ),
    "temp": (
        ("80 °C", "80度"),
        ("85 °C", "85度"),
        ("90 °C", "90度"),
        ("95 °C", "95度"),
        ("boiling water", "沸水"),
    ),
    "taste": (
        ("sweet and clean", "清甜干净"),
        ("floral", "花香明显"),
        ("nutty", "带坚果香"),
        ("smooth", "顺滑"),
        ("thick and warming", "醇厚暖胃"),
        ("fresh as spring peas", "像春天的豆香"),
        ("smoky", "带点烟熏香"),
    ),
    "moment": (
        ("after lunch", "午饭后"),
        ("before work", "上班前"),
        ("on a rainy afternoon", "下雨的午后"),
        ("late in the evening", "晚上睡前"),
        ("on the weekend", "周末"),
        ("in the office", "在办公室"),
        ("after yoga", "瑜伽之后"),
        ("between two meetings", "两个会之间"),
    ),
    "place": (
        ("on the balcony", "阳台上"),
        ("on the kitchen table", "餐桌上"),
        ("on my desk", "书桌上"),
        ("by the window", "窗边"),
        ("in the garden", "院子里"),
        ("on the bookshelf", "书架上"),
    ),
    "body": (
        ("sleep", "睡眠"),
        ("digestion", "消化"),
        ("the stomach", "肠胃"),
        ("dry winters", "冬天干燥"),
        ("afternoon tiredness", "下午犯困"),
    ),
    "story": (
        ("the Tea Horse Road", "茶马古道"),
        ("Song dynasty whisked tea", "宋代点茶"),
        ("mountain spring picking", "明前采茶"),
        ("wood-fire roasting", "炭火焙茶"),
        ("the kilns of Jingdezhen", "景德镇的窑火"),
        ("Gongfu tea", "功夫茶"),
    ),
    "deal": (
        ("the newcomers' coupon", "新人券"),
        ("two for the price of one", "买一送一"),
        ("a sampler for 19.9", "19.9尝鲜装"),
        ("the group-buying price", "拼团价"),
        ("points for a cup", "积分换杯子"),
        ("the flash sale at eight", "晚八点秒杀"),
    ),
    "verdict": (
        ("I will keep doing it", "以后就这么喝"),
        ("my favourite so far", "目前的心头好"),
        ("worth a try", "值得一试"),
        ("not for every day, but lovely", "不适合天天喝，但很惊艳"),
        ("my family liked it too", "家里人也喜欢"),
        ("I was surprised", "出乎意料"),
        ("I will buy it again", "会回购"),
    ),
}

# Faults of a cup of tea, for those who ask for help.
FAULTS: tuple[Pair, ...] = (
    ("bitter", "发苦"),
    ("flat", "没味道"),
    ("sour", "发酸"),
    ("astringent", "太涩"),
    ("too weak", "太淡"),
)
WORDS["fault"] = FAULTS
WORDS["other"] = WORDS["tea"]

# Sentences with which some posts end: what members say, what the brand says.
CLOSINGS: tuple[Pair, ...] = (
    ("What do you think?", "大家觉得呢？"),
    ("Photos in the first reply.", "图在一楼。"),
    ("Thanks to everybody who helped me last week.", "谢谢上周帮我的茶友们。"),
    ("Small steps, every day.", "每天进步一点点。"),
    ("Does anybody else feel the same?", "有人和我一样吗？"),
    ("I wrote down the times so that I can compare.", "时间都记下来了，方便对比。"),
    ("Next week I will try {other}.", "下周想试试{other}。"),
    ("My {ware} has never been used so much.", "我的{ware}最近出勤率最高。"),
    ("Sorry for the long post.", "啰嗦了，见谅。"),
    ("Greetings from a rainy city.", "来自一座下雨的城市。"),
)
BRAND_CLOSINGS: tuple[Pair, ...] = (
    ("Tell us in the comments.", "评论区告诉我们。"),
    ("The details are in the group notice.", "详情见群公告。"),
    ("We read every answer.", "每一条留言我们都会看。"),
    ("See you on Friday evening.", "周五晚上见。"),
    ("Ask us anything about {tea}.", "关于{tea}，有问必答。"),
    ("The first fifty get a small {ware}.", "前五十名送小{ware}一份。"),
)

# Templates of posts by topic: title and text, English and Chinese.
POSTS: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "brewing": (
        ("{tea} at {temp}: three short infusions", "{temp}泡{tea}：三道快出汤",
         "I brewed {tea} {moment}. {temp}, ten seconds for the first infusion, fifteen for the next. The cup is {taste}; {verdict}.",
         "{moment}泡了{tea}，{temp}，第一道十秒，第二道十五秒，茶汤{taste}，{verdict}。"),
        ("How I cold-brew {tea}", "我的{tea}冷泡法",
         "Five grams of {tea}, half a litre of cold water, a night in the fridge. {moment} it is {taste}. No heat, no hurry.",
         "{tea}五克，凉水五百毫升，冰箱放一夜，{moment}喝，{taste}，不急不躁。"),
        ("The same {tea}, two vessels", "同一款{tea}，两种器具",
         "One round in a glass, one in the {ware}. The {ware} came out {taste}. Try it yourselves and tell me what you find.",
         "一杯用玻璃杯，一杯用{ware}，{ware}泡出来{taste}，大家也试试，回来说说感受。"),
    ),
    "tea_ware": (
        (
            "{ware}: three months of daily use",
            "{ware}用了三个月",
            "The {ware} still looks like new. Only the lid gets hot with {temp}. For {tea} I would choose it again; {verdict}.",
            "{ware}还和新的一样，就是{temp}的时候盖子有点烫。泡{tea}还会选它，{verdict}。",
        ),
        ("My new {ware}", "新入手的{ware}",
         "The {ware} arrived. It pours without dripping and sits well in the hand. First use: {tea} {moment}, {taste}.",
         "{ware}到了，断水利落，手感很好。开壶第一泡是{tea}，{moment}喝，{taste}。"),
        ("How to look after a {ware}", "{ware}怎么养护",
         "Rinse the {ware} with hot water only, dry it upside down, never leave tea in it overnight. Mine lives {place}.",
         "{ware}只用热水冲，倒扣晾干，茶水不过夜。我的就放在{place}。"),
        ("A corner for tea {place}", "{place}的一角茶席",
         "One {ware}, a plant, an hour to myself: enough. {moment} I sit there with {tea}; {verdict}.",
         "一件{ware}，一盆绿植，一个人的一小时，足够了。{moment}坐下来喝{tea}，{verdict}。"),
    ),
    "wellness": (
        (
            "Less sugar, more {tea}",
            "少糖，多喝{tea}",
            "I replaced milk tea by {tea} {moment}. Two weeks in, {body} is better and the cup is {taste}. Slow change, but change.",
            "把奶茶换成了{tea}，{moment}喝。两周下来{body}好了些，茶也{taste}，慢慢来。",
        ),
        ("{tea} and {body}", "{tea}与{body}",
         "For {body} I have been drinking light {tea} {moment} for a month. It is {taste} and never too strong. Everybody differs; listen to your body.",
         "为了{body}，我{moment}喝淡淡的{tea}，坚持了一个月，{taste}，不刺激。体质因人而异，仅供参考。"),
        ("What I drink {moment}", "{moment}喝什么",
         "No coffee after three: a pot of {tea} instead. Good for {body}, {verdict}.",
         "三点以后不喝咖啡，换成一壶{tea}，对{body}挺好，{verdict}。"),
    ),
    "tea_culture": (
        (
            "A question of names: {tea}",
            "{tea}这个名字怎么来的",
            "Why is it called {tea}? The old books disagree. The story I like best leads to {story}.",
            "为什么叫{tea}？古书里说法不一，我最喜欢的一种和{story}有关。",
        ),
        ("A short history: {story}", "小史：{story}",
         "Reading about {story} this week. It explains why {tea} is made the way it is. I took notes {place}; ask me anything.",
         "这周在读{story}的资料，终于明白{tea}为什么这样做。在{place}记了笔记，欢迎来问。"),
        ("What {story} taught me about {tea}", "从{story}看懂{tea}",
         "Once you know {story}, {tea} tastes different: {taste}, and full of patience.",
         "了解{story}之后再喝{tea}，感觉不一样了：{taste}，都是耐心的味道。"),
    ),
    "deals": (
        (
            "{deal}: how long does it last?",
            "{deal}到什么时候？",
            "Does anybody know until when {deal} runs? I want {tea} and perhaps a {ware}, but payday is on Friday.",
            "有人知道{deal}到什么时候吗？想囤{tea}，可能再带个{ware}，周五才发工资。",
        ),
        ("Who else got {deal}?", "{deal}抢到了吗",
         "{deal} works on {tea} today, I just checked. Together with the member price it is the lowest I have seen.",
         "{deal}今天可以用在{tea}上，刚试过，叠加会员价是我见过的最低价。"),
        ("My sums on {deal}", "{deal}到底划不划算",
         "I compared: {deal} on the {ware} beats last month's price. On {tea} it is about the same. {verdict}.",
         "算了一下：{ware}用{deal}比上个月便宜，{tea}差不多，{verdict}。"),
    ),
    "daily_life": (
        (
            "Good morning with {tea}",
            "早安，一杯{tea}",
            "Woke up early, boiled water, sat {place}. {tea}, {taste}. Have a good day, everybody.",
            "起了个大早，烧水，坐在{place}，{tea}，{taste}。祝大家今天顺利。",
        ),
        ("Tea {moment}", "{moment}的一杯茶",
         "{tea} {place}, nothing else to do. How is your day?",
         "在{place}喝{tea}，什么也不想。你们今天怎么样？"),
        ("A small joy {moment}", "{moment}的小确幸",
         "My neighbour brought cakes, I brought {tea}. {taste}, and a long talk with him.",
         "邻居带了点心，我泡了{tea}，{taste}，和他聊了很久。"),
    ),
    "brand_story": (
        ("Behind Little Kettle: {story}", "小茶壶的故事：{story}",
         "Our buyers went up the mountain for this year's {tea}. {story} is slow work, and we wanted to show you each step.",
         "今年的{tea}，我们的选茶师上山去了。{story}急不得，每一步都想给大家看看。"),
        ("From the workshop: a new {ware}", "工坊来信：新的{ware}",
         "Forty samples, three glazes, one {ware}. You asked for one to use {place}; here it is.",
         "打样四十次，试了三种釉，做成这只{ware}。大家想要一只放在{place}用的，它来了。"),
    ),
    "complaint": (
        ("The lid of my tin was rusty", "茶罐盖子生锈了",
         "Opened my {tea} tin and found rust inside the lid. I am angry and disappointed; who checks this? Customer service has not answered for two days.",
         "打开{tea}的茶罐，盖子里面居然有锈！太失望了，质检在哪里？客服两天没回。"),
        ("Stale {tea} again", "{tea}又是陈味",
         "My {tea} smells stale and the seal was broken. I want a refund and an honest explanation. Bad experience.",
         "收到的{tea}有股陈味，封口也破了。要求退款，给个说法，体验太差。"),
        ("Is the rumour about the tins true?", "茶罐的传言是真的吗",
         "People say a whole batch of tins is faulty. Why is the brand silent? No more of this {moment} for me.",
         "都说有一整批茶罐有问题，品牌方为什么不说话？{moment}再也不敢喝了。"),
    ),
}  # fmt: skip

QUESTIONS: tuple[tuple[str, str, str, str], ...] = (
    ("Which water for {tea}?", "{tea}用多少度的水？",
     "My {tea} turns out {fault} with {temp}. Too hot? How long do you steep it? Thanks for any advice.",
     "我用{temp}泡{tea}，喝起来{fault}，是水太热吗？要泡多久？求指教。"),
    ("Which {ware} for a beginner?", "新手选什么{ware}？",
     "I would like my first {ware}, mostly for {tea} {moment}. What should I look at, and what is a fair price?",
     "想买第一只{ware}，主要{moment}泡{tea}，选的时候看什么？多少钱合适？"),
    ("How do you store {tea}?", "{tea}怎么保存？",
     "Fridge, tin or bag? My {tea} lost its scent after two months {place}.",
     "放冰箱、茶罐还是袋子？我的{tea}放在{place}两个月就没香味了。"),
)  # fmt: skip

POLLS: tuple[tuple[str, str, str, str], ...] = (
    ("Vote: {tea} or a new {ware}?", "投票：{tea}还是新{ware}？",
     "What shall we make next for you? Vote below; the result is announced on Friday.",
     "下一款你们想要什么？在下方投票，周五公布结果。"),
    ("Vote: when do you drink tea?", "投票：你什么时候喝茶？",
     "{moment}, or another time? Your vote decides the hour of the next live show.",
     "{moment}，还是别的时候？你的一票决定下一场直播的时间。"),
)  # fmt: skip

LIVE: tuple[tuple[str, str, str, str], ...] = (
    (
        "Live tonight at eight: {tea}",
        "今晚八点直播：{tea}",
        "An hour with {tea}: how it is made, how to brew it at {temp}, and {deal}. Ask your questions while we pour.",
        "一小时讲透{tea}：怎么做、{temp}怎么泡，还有{deal}。边泡边答，欢迎来问。",
    ),
    (
        "Live tonight at eight: choosing a {ware}",
        "今晚八点直播：怎么选{ware}",
        "We open ten of them on camera, show the flaws too, and brew {tea} in the best. Coupons in the second half hour.",
        "现场开箱十只{ware}，缺点也给大家看，挑最好的一只泡{tea}，后半场发券。",
    ),
)
# What some add to their comment, when happy and when not.
COMMENT_ENDS: tuple[tuple[Pair, ...], tuple[Pair, ...]] = (
    (
        ("Keep it up.", "继续加油。"),
        ("I told my friends.", "已经推荐给朋友了。"),
        ("We drink it every day at home.", "家里天天喝。"),
        ("Looking forward to the new tea.", "期待新茶上市。"),
    ),
    (
        ("I expected better.", "没达到预期。"),
        ("Please improve this.", "希望改进。"),
        ("I am looking at other brands now.", "准备看看别家了。"),
        ("Second time already.", "已经第二次了。"),
    ),
)

# Comments on the recommendation question: theme, then what happy and unhappy members say.
THEMES: dict[str, tuple[tuple[Pair, ...], tuple[Pair, ...]]] = {
    "taste": (
        (("The {tea} is excellent, {taste}.", "{tea}特别好，{taste}。"), ("Best {tea} I have had at home.", "在家喝过最好的{tea}。"),
         ("Quality of the leaf never disappoints.", "茶叶品质一直很稳。")),
        (("The last {tea} was weak and flat.", "上次的{tea}淡而无味。"), ("Taste differs from batch to batch.", "每批味道不一样。")),
    ),
    "price": (
        (("Fair price for this quality.", "这个品质，价格公道。"), ("The coupons make it good value.", "用券之后很划算。")),
        (("Too expensive without a coupon.", "没有券就太贵了。"), ("Prices go up before every sale.", "大促前先涨价，套路。"),
         ("Other shops sell {tea} cheaper.", "别家的{tea}更便宜。")),
    ),
    "delivery": (
        (("Delivered the next day, well packed.", "次日就到，包装很好。"), ("Fast delivery, even before the festival.", "过节前发货也快。")),
        (("Delivery took more than a week.", "等了一个多星期才到。"), ("The parcel came damaged.", "快递盒都压坏了。")),
    ),
    "service": (
        (("Customer service solved it in minutes.", "客服几分钟就解决了。"), ("Friendly staff who know tea.", "客服态度好，还懂茶。")),
        (("Customer service answers with stock phrases.", "客服只会复制粘贴。"), ("My refund took three weeks.", "退款拖了三个星期。")),
    ),
    "community": (
        (("I learn something in the group every day.", "在群里每天都能学到东西。"), ("Warm people, honest answers.", "茶友热心，回答实在。"),
         ("The brewing challenge was fun.", "泡茶挑战很有意思。")),
        (("Too many messages and advertisements in the group.", "群里消息太多，广告也多。"), ("Nobody answered my question.", "提问没人理。")),
    ),
    "design": (
        (("The gift box is beautiful.", "礼盒很好看，送人有面子。"), ("My {ware} is lovely, everybody asks about it.", "{ware}颜值高，谁见了都问。")),
        (("The gift box looks cheap for its price.", "礼盒配不上这个价。"), ("The {ware} arrived chipped.", "{ware}收到时有磕碰。")),
    ),
    "safety": (
        (("Glad that the tin problem was explained openly.", "茶罐的问题解释得很坦诚。"),),
        (("Rust in the tin, I do not trust it any more.", "茶罐生锈，不敢再信了。"), ("The brand kept silent about the faulty tins.", "茶罐出问题，品牌方一直沉默。")),
    ),
}  # fmt: skip
MIXED: tuple[Pair, ...] = (
    ("Fine, nothing special.", "还行，没什么特别的。"),
    ("Good, but I compare with other brands.", "不错，但也会看看别家。"),
)
