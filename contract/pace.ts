/** Waits for its turn: in no stretch of so many ms do more than so many begin. */
export type Pace = () => Promise<void>;

export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** All requests together, those to the edge included. */
export const PACE = { most: 2, within: 1_000 } as const;

/** One pace for whoever waits, by whatever clock. */
export function sharedPace({ most, within }: { most: number; within: number } = PACE): (clock: Clock) => Pace {
  let begun: readonly number[] = [];
  return ({ now, sleep }) =>
    async () => {
      for (;;) {
        const at = now();
        begun = begun.filter((one) => at - one < within);
        const [first] = begun;
        if (begun.length < most || first === undefined) break;
        await sleep(Math.max(1, within - (at - first)));
      }
      begun = [...begun, now()];
    };
}
