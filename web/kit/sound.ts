/** The four sounds of the desk, synthesised. They differ by rhythm, not only by pitch. */

export type Sound = "new" | "again" | "late" | "alert";

interface Note {
  /** Seconds after the start of the sound. */
  at: number;
  hertz: number;
  seconds: number;
}

const NOTES: Record<Sound, readonly Note[]> = {
  new: [
    { at: 0, hertz: 660, seconds: 0.16 },
    { at: 0.18, hertz: 880, seconds: 0.28 },
  ],
  again: [{ at: 0, hertz: 740, seconds: 0.07 }],
  late: [
    { at: 0, hertz: 780, seconds: 0.14 },
    { at: 0.16, hertz: 620, seconds: 0.14 },
    { at: 0.32, hertz: 490, seconds: 0.3 },
  ],
  alert: [
    { at: 0, hertz: 220, seconds: 0.22 },
    { at: 0.3, hertz: 220, seconds: 0.22 },
  ],
};

const LOUDNESS: Record<Sound, number> = { new: 0.28, again: 0.12, late: 0.3, alert: 0.34 };

/** Put a sound on the audio clock; the returned function takes it back. `when` as in `AudioContext.currentTime`. */
export function schedule(context: BaseAudioContext, sound: Sound, when: number): () => void {
  const played = NOTES[sound].map((note) => {
    const begin = when + note.at;
    const loudness = context.createGain();
    loudness.gain.setValueAtTime(0, begin);
    loudness.gain.linearRampToValueAtTime(LOUDNESS[sound], begin + 0.012);
    loudness.gain.exponentialRampToValueAtTime(0.0001, begin + note.seconds);
    const voice = context.createOscillator();
    voice.type = sound === "alert" ? "triangle" : "sine";
    voice.frequency.value = note.hertz;
    voice.connect(loudness).connect(context.destination);
    voice.start(begin);
    voice.stop(begin + note.seconds + 0.02);
    return voice;
  });
  return () => {
    for (const voice of played) voice.stop();
  };
}
