/** What is wrong with one input or variable of the environment: its name, what was given and what is allowed. */
export interface Mistake {
  readonly input: string;
  readonly message: string;
}

/** So many mistakes, of each input as many as of any other: ten thousand in one do not hide the one in another. */
export function someOfEach(mistakes: readonly Mistake[], most: number): readonly Mistake[] {
  const seen = new Map<string, number>();
  const ranked = mistakes.map((mistake) => {
    const rank = seen.get(mistake.input) ?? 0;
    seen.set(mistake.input, rank + 1);
    return { mistake, rank };
  });
  return ranked
    .toSorted((one, other) => one.rank - other.rank)
    .slice(0, most)
    .map(({ mistake }) => mistake);
}
