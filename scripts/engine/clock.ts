import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The one clock of the emulator and of the processes that act starts: while an action pauses it runs faster
 * (short-pauses.cjs), and a test, or a tick of a schedule, can set it ahead.
 */
export interface Clock {
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** In ms. */
  readonly advance: (by: number) => void;
}

/** `speed` is how many times faster a pause passes; `folder` holds how far each process is ahead. */
export function clockIn(folder: string, script: string, speed: number): Clock {
  mkdirSync(folder, { recursive: true });
  const ahead = () =>
    Math.max(0, ...readdirSync(folder).map((name) => Number(readFileSync(join(folder, name), 'utf8'))));
  return {
    env: { NODE_OPTIONS: `--require ${JSON.stringify(script)}`, PAUSE_SPEED: String(speed), CLOCK_FOLDER: folder },
    now: () => Date.now() + ahead(),
    advance: (by) => writeFileSync(join(folder, 'engine'), String(ahead() + by)),
  };
}
