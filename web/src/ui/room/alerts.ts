/**
 * Telling somebody who looks elsewhere that something came: by a tone, or by the system, without any content.
 *
 * Invariants: both are off until they are asked for, and that is kept in the memory of this tab alone; the browser's question
 * for permission comes only when the person turns notifications on; a tab that is looked at is silent.
 */
import { signal } from "@preact/signals";

export const sound = signal(false);
export const notifications = signal(false);
/** The browser refused, or knows none. */
export const refused = signal(false);

const supported = "Notification" in globalThis;

/** Turns notifications on or off; on only with the browser's permission. */
export async function setNotifications(on: boolean): Promise<void> {
  refused.value = false;
  if (!on) {
    notifications.value = false;
    return;
  }
  let permission: NotificationPermission = "denied";
  try {
    if (supported) permission = await Notification.requestPermission();
  } catch {
    // Some browsers throw where they allow none.
  }
  notifications.value = permission === "granted";
  refused.value = !notifications.value;
}

let shown: Notification | undefined;

/** To be called when something came that nobody sees. */
export function alertPerson(): void {
  if (sound.peek()) tone();
  if (!notifications.peek() || document.visibilityState === "visible") return;
  try {
    shown?.close();
    shown = new Notification("Sanctuary", { body: "New message", tag: "sanctuary", silent: true });
    shown.onclick = () => {
      focus();
      shown?.close();
    };
  } catch {
    notifications.value = false;
    refused.value = true;
  }
}

/** To be called when the room is over: what was asked for was asked for it. */
export function endAlerts(): void {
  quiet();
  sound.value = notifications.value = refused.value = false;
}

/** To be called when the tab is looked at again. */
export function quiet(): void {
  shown?.close();
  shown = undefined;
}

/** Two soft notes, made here: nothing is loaded. */
function tone(): void {
  const audio = new AudioContext();
  const volume = audio.createGain();
  const { currentTime: now } = audio;
  volume.gain.setValueAtTime(0.0001, now);
  volume.gain.exponentialRampToValueAtTime(0.12, now + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, now + 0.45);
  volume.connect(audio.destination);
  const note = audio.createOscillator();
  note.frequency.setValueAtTime(587, now);
  note.frequency.setValueAtTime(784, now + 0.14);
  note.connect(volume);
  note.onended = () => void audio.close();
  note.start(now);
  note.stop(now + 0.5);
}

/** Plays the tone, for who has just turned it on. */
export function setSound(on: boolean): void {
  sound.value = on;
  if (on) tone();
}
