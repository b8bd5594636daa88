"""The words of posts with a purpose: debates, challenges, meetups, notices; and of copied posts."""

from __future__ import annotations

from helpers.simulate.vocabulary import Pair

DEBATES: tuple[tuple[str, str, str, str], ...] = (
    ("Debate: rinse {tea} or not?", "讨论：{tea}要不要洗茶？",
     "Some pour the first infusion of {tea} away, others call that a waste. Which side are you on, and why?",
     "有人说{tea}第一泡要倒掉，有人说太浪费。你站哪一边？说说理由。"),
    ("Debate: {ware} or glass for {tea}?", "讨论：泡{tea}用{ware}还是玻璃杯？",
     "I say the {ware}: with it the cup is {taste}. My friend swears by glass. Convince me!",
     "我支持{ware}，泡出来{taste}；朋友只认玻璃杯。来说服我！"),
    ("Debate: may {tea} be drunk late?", "讨论：晚上能不能喝{tea}？",
     "{moment} or never after six? I would like to hear both sides before I choose.",
     "{moment}喝，还是六点以后坚决不喝？两边的理由都想听听。"),
)  # fmt: skip

CHALLENGES: tuple[tuple[str, str, str, str], ...] = (
    ("Challenge: seven days, seven cups of {tea}", "挑战：七天七杯{tea}",
     "Brew a cup a day, check in with a photo and write one word about it. Whoever keeps it up gets a small {ware}.",
     "每天泡一杯，拍照打卡，写一个词的感受。坚持到底的送小{ware}一份。"),
    ("Challenge: show us tea {place}", "挑战：晒晒{place}的茶",
     "Set your {ware} {place}, take a picture and call two friends to do the same. The best three are shown on Sunday.",
     "把{ware}摆在{place}，拍张照，再叫上两位茶友。周日展示最好的三张。"),
)  # fmt: skip

# What members post while a challenge runs.
ENTRIES: tuple[tuple[str, str, str, str], ...] = (
    ("My cup for the challenge: {tea}", "挑战打卡：{tea}",
     "Today {tea} {moment}, brewed at {temp}. One word: {taste}. See you tomorrow.",
     "今天{moment}泡{tea}，{temp}，一个词：{taste}。明天见。"),
    ("Taking part: tea {place}", "我也来晒：{place}的茶",
     "My {ware} {place}, and {tea} in it. I call my two tea friends to show theirs.",
     "我的{ware}就在{place}，里面是{tea}，点名两位茶友接力。"),
    ("Still in the challenge", "挑战还在继续",
     "I did not miss a day so far. {tea} {moment}; {verdict}.",
     "一天都没落下，{moment}喝{tea}，{verdict}。"),
)  # fmt: skip

MEETUPS: tuple[tuple[str, str, str, str], ...] = (
    ("Meetup on Saturday: {tea} round one table", "周六线下茶会：围坐喝{tea}",
     "We meet from two to five in the afternoon, brew {tea} in the {ware} and talk about {story}. Bring your own cup; the number of seats is small.",
     "周六下午两点到五点，用{ware}泡{tea}，聊聊{story}。请自带杯子，名额有限。"),
    ("Who comes to the tea meetup?", "线下茶会，谁来？",
     "Our table in the city is laid for twenty. {tea}, cakes, and faces to the names. Write here if you come.",
     "城里的茶桌备好了二十个座位，有{tea}、有点心，终于可以见面了。来的在下面接龙。"),
)  # fmt: skip

NOTICES: tuple[tuple[str, str, str, str], ...] = (
    ("Notice: {deal} today", "群公告：今日{deal}",
     "Please note: {deal} is on today. The link is pinned.", "请留意：今天有{deal}，链接已置顶。"),
    ("Notice: new {ware} in the shop", "群公告：{ware}上新",
     "The new {ware} is in the shop. Questions to customer service, please.",
     "新款{ware}已上架，有问题请找客服。"),
    ("Notice: rules of the group", "群公告：群规提醒",
     "A reminder: no advertising, be kind, and put questions about {tea} in one message.",
     "提醒一下：不发广告，友善交流，关于{tea}的问题请一次说完。"),
    ("Notice: parcels and holidays", "群公告：发货安排",
     "Parcels with {tea} leave a day later this week. Thank you for your patience.",
     "本周{tea}的发货顺延一天，感谢耐心等待。"),
)  # fmt: skip

# What is put before a repeated post, or nothing.
PASSED_ON: tuple[Pair, ...] = (
    ("", ""),
    ("", ""),
    ("Seen elsewhere: ", "转："),
    ("Passing this on. ", "搬运一下。"),
    ("Hello everybody! ", "大家好！"),
)
