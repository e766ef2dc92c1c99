// Reads a QR code with the camera where the browser can; otherwise the button stays away, and a hand scanner types into the field.
"use strict";

const scan = document.querySelector("[data-scan]");
const field = document.querySelector("#id_presentation");

if (scan && field && "BarcodeDetector" in window && navigator.mediaDevices) {
  const video = scan.querySelector("[data-video]");
  const button = scan.querySelector("[data-start]");
  const label = button.querySelector("span");
  const startLabel = label.textContent;
  const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
  let stream = null;

  const stop = () => {
    if (stream) {
      for (const track of stream.getTracks()) track.stop();
    }
    stream = null;
    video.hidden = true;
    label.textContent = startLabel;
  };

  const look = async () => {
    if (!stream) return;
    const found = await detector.detect(video);
    if (found.length > 0) {
      field.value = found[0].rawValue;
      stop();
      document.querySelector("#id_case_number").focus();
      return;
    }
    window.setTimeout(look, 150);
  };

  const start = async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      scan.hidden = true; // no camera, or none allowed: the field below still takes the code
      return;
    }
    video.srcObject = stream;
    video.hidden = false;
    label.textContent = button.dataset.stopLabel;
    await video.play();
    look();
  };

  button.addEventListener("click", () => (stream ? stop() : start()));
  scan.hidden = false;
}
