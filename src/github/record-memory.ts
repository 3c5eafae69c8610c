import * as z from 'zod/mini';

/** What a step leaves for its post step, so that no record stays open after a kill. It is without secrets. */
const saved = () =>
  z.object({
    /** That of the payload. */
    key: z.string().check(z.regex(/^[0-9a-f-]{36}$/)),
    id: z.optional(z.int().check(z.positive())),
    /** Its creation was sent, and may have been done. */
    created: z.optional(z.boolean()),
    /** A run before this one may have begun the rollout, of this canary beside this stable. */
    goesOn: z.optional(z.object({ canary: z.string(), stable: z.string() })),
    /** Evidence is left before anything is written, so where there is none nothing was. */
    leavesEvidence: z.optional(z.boolean()),
    /** Somebody was told already that it is not complete. */
    warned: z.optional(z.boolean()),
    /** How it ended, to be said. */
    end: z.optional(
      z.object({ state: z.enum(['in_progress', 'success', 'failure', 'inactive']), description: z.string() }),
    ),
    /** The same, once it was said. */
    said: z.optional(z.object({ state: z.string(), description: z.string() })),
  });

export type SavedRecord = z.infer<ReturnType<typeof saved>>;

export interface RecordMemory {
  /** By the run before, where this is its post step. */
  readonly saved: SavedRecord | undefined;
  /** Undefined: nothing is left to do. */
  readonly save: (record: SavedRecord | undefined) => unknown;
}

/** Undefined where there is nothing, or nothing that can be read. */
export function readSaved(text: string): SavedRecord | undefined {
  if (text === '') return undefined;
  try {
    return saved().safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
