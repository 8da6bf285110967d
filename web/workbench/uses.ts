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

export class Uses {
  private readonly inserted = new Map<string, readonly Inserted[]>();

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
