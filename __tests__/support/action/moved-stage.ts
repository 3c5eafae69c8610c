import { deploy, type Share } from '../../../emulator/emulator.js';
import { SHORT_PAUSES, type Stage } from './stage.js';

/** A minute takes half a second. */
export const FAST = { ...SHORT_PAUSES, PAUSE_SPEED: '120' };

export const shares = ({ versions }: Stage, weight: number): Share[] =>
  [
    { codeVersion: versions[1] ?? '', percentage: weight },
    { codeVersion: versions[0] ?? '', percentage: 100 - weight },
  ].filter(({ percentage }) => percentage > 0);

export const putLive = ({ emulator }: Stage, codeVersions: Share[]) =>
  deploy(emulator.world, 'hello', 'production', codeVersions);

/** Each is done once, when the log says so. */
export const when = (...acts: readonly (readonly [mark: string, act: () => void])[]) => {
  const left = [...acts];
  return {
    onLine: (line: string) => {
      const [next] = left;
      if (next === undefined || !line.includes(next[0])) return;
      left.shift();
      next[1]();
    },
  };
};
