// The wall display chimes when a number is called: a button lets it, since browsers keep pages silent
// until somebody asks. What is heard can be read: the number that was called stands out.

const TONES = [659, 523]; // E5 and C5, a door bell
const TONE_SECONDS = 0.35;
const LOUDNESS = 0.25;

let sound;
let heard;

function chime() {
  TONES.forEach((frequency, at) => {
    const start = sound.currentTime + at * TONE_SECONDS;
    const tone = new OscillatorNode(sound, { frequency });
    const volume = new GainNode(sound, { gain: LOUDNESS });
    volume.gain.setTargetAtTime(0, start, TONE_SECONDS / 2);
    tone.connect(volume).connect(sound.destination);
    tone.start(start);
    tone.stop(start + 2 * TONE_SECONDS);
  });
}

const called = () => document.querySelector(".desk-wall__call--fresh")?.textContent;

function look() {
  const now = called();
  if (now && now !== heard && sound?.state === "running") chime();
  heard = now;
}

export function startWall() {
  const button = document.querySelector("[data-chime]");
  if (!button) return;
  heard = called();
  button.hidden = false;
  button.addEventListener("click", () => {
    sound ??= new AudioContext();
    sound.resume();
    button.hidden = true;
    chime();
  });
  document.addEventListener("desk:changed", look);
}
