/** Cents as money: two places only where not round. */
export const money = (cents: number) => `¥${(cents / 100).toFixed(cents % 100 ? 2 : 0)}`;
