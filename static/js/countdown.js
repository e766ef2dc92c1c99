// Counts the seconds a presentation code has left. The server says how many remain, so a wrong clock on the phone does no harm.
"use strict";

for (const root of document.querySelectorAll("[data-countdown]")) {
  const total = Number(root.dataset.countdown);
  const started = performance.now();
  const bar = root.querySelector("[data-bar]");
  const left = root.querySelector("[data-left]");
  root.querySelector("[data-left-line]").hidden = false;
  root.querySelector("[data-plain]").hidden = true;

  const over = () => {
    root.querySelector("[data-when=over]").hidden = false;
    root.querySelector("[data-when=live]").hidden = true;
    root.querySelector(".qr-plate img").removeAttribute("src"); // an expired code is not left on the screen
    root.querySelector("[data-renew]").classList.remove("quiet");
    const announce = root.querySelector("[data-announce]");
    announce.textContent = announce.dataset.text;
  };

  const tick = () => {
    const remaining = total - (performance.now() - started) / 1000;
    if (remaining <= 0) {
      over();
      return;
    }
    bar.value = remaining;
    left.textContent = String(Math.ceil(remaining));
    root.classList.toggle("low", remaining <= 10);
    window.setTimeout(tick, 250);
  };
  tick();
}
