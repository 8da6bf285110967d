let audio: AudioContext | undefined;

/** Browsers allow sound only after a gesture, which this must be called in. */
export function unlockSound(): void {
  audio ??= new AudioContext();
  void audio.resume();
}

/** Two soft rising notes, as soon as the device is awake; nothing before a gesture. */
export async function softNote(): Promise<void> {
  if (!audio) return;
  await audio.resume();
  const at = audio.currentTime;
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.setValueAtTime(660, at);
  tone.frequency.setValueAtTime(880, at + 0.15);
  volume.gain.setValueAtTime(0.08, at);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.6);
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(at + 0.6);
}
