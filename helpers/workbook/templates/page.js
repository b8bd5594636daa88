(function () {
  "use strict";
  var folds = document.querySelectorAll("details.code");
  var button = document.getElementById("toggle-code");
  if (!button) { return; }
  if (!folds.length) { button.hidden = true; return; }
  button.addEventListener("click", function () {
    var open = button.getAttribute("aria-pressed") !== "true";
    folds.forEach(function (fold) { fold.open = open; });
    button.setAttribute("aria-pressed", String(open));
    button.textContent = open ? button.dataset.hide : button.dataset.show;
  });
})();
