/** Several words in one field, parted by commas of either language. */
export const names = (typed: string): string[] =>
  [...new Set(typed.split(/[,，、]/).map((each) => each.trim()))].filter(Boolean);
