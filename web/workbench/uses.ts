/** Which quick replies went into a draft, and what each saved once it is sent. */

interface Inserted {
  readonly reply: number;
  readonly words: string;
  /** Keys it took to find it. */
  readonly strokes: number;
}

export interface ReplyUse {
  readonly reply: number;
  readonly edited: boolean;
  /** Nothing of it was sent. */
  readonly dropped: boolean;
  readonly saved: number;
}

interface Taken {
  readonly offer: number;
  readonly words: string;
}

export class Uses {
  private readonly inserted = new Map<string, readonly Inserted[]>();
  private readonly taken = new Map<string, Taken>();

  /** One of the robot's suggestions went into a draft. */
  take(c: string, offer: number, words: string): void {
    this.taken.set(c, { offer, words });
  }

  /** Which of them the sent text was made of; 0: of none. */
  offered(c: string, text: string): number {
    const taken = this.taken.get(c);
    this.taken.delete(c);
    return taken && (text.includes(taken.words.trim()) || common(taken.words, text) > 0) ? taken.offer : 0;
  }

  insert(c: string, reply: number, words: string, strokes: number): void {
    this.inserted.set(c, [...(this.inserted.get(c) ?? []), { reply, words, strokes }]);
  }

  /** What the sent text holds of them. One whose words stand no more as they were was edited, or dropped if none are left. */
  sent(c: string, text: string): ReplyUse[] {
    const put = this.inserted.get(c) ?? [];
    this.inserted.delete(c);
    return put.map(({ reply, words, strokes }) => {
      const whole = text.includes(words.trim());
      const kept = whole ? words.length : common(words, text);
      return { reply, edited: !whole && kept > 0, dropped: kept === 0, saved: Math.max(0, kept - strokes) };
    });
  }
}

/** How many characters of the words stand in the text in whole clauses. */
function common(words: string, text: string): number {
  return words
    .split(/(?<=[，。！？；,.!?;\n])/)
    .filter((clause) => clause.trim() !== "" && text.includes(clause.trim()))
    .reduce((sum, clause) => sum + clause.length, 0);
}
