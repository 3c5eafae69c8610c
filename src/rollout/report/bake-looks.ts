import type { Event, Live } from '../model.js';
import { sameSplit } from '../split.js';
import type { Logged, LogWriter } from './log-writer.js';

/**
 * A bake looks at what is live once a minute, for hours. What shows what was live before has no line of its own, nor has its call;
 * a look that fails is told when it does, and those that fail after it are not.
 */
export function withQuietLooks(writer: LogWriter): LogWriter {
  let held: readonly string[] = [];
  let live: Live | undefined;
  let [isBaking, isFailing] = [false, false];
  const write = (event: Event): Logged => {
    const told = writer.write(event);
    if (isBaking && isLook(event)) {
      held = [...held, ...told.lines];
      return { ...told, lines: [] };
    }
    const isKnown = event.kind === 'read' ? !isFailing && isSame(event.live, live) : isFailing;
    const isQuiet = isAside(event) && (event.kind === 'wait' || isKnown);
    const lines = isQuiet ? [] : [...held, ...told.lines];
    held = [];
    if (event.kind === 'read') live = event.live;
    if (event.kind === 'read' || event.kind === 'read-failed') isFailing = event.kind === 'read-failed';
    if (event.kind !== 'called')
      isBaking = event.kind === 'measured' || (event.kind === 'wait' && event.purpose === 'bake');
    return { ...told, lines };
  };
  return { write, end: (at) => [...held, ...writer.end(at)] };
}

/** The call of a look, which may turn out to show nothing new. */
function isLook(event: Event): boolean {
  return event.kind === 'called' && event.operation === 'GetRoutine' && event.retryIn === undefined;
}

/** Told only where it says something new. */
function isAside(event: Event): boolean {
  if (event.kind === 'read' || event.kind === 'read-failed') return event.baking === true;
  return event.kind === 'wait' && event.quiet === true;
}

export function isSame(one: Live, other: Live | undefined): boolean {
  if (one.kind === 'nothing' || other?.kind !== 'serving') return one.kind === other?.kind;
  return one.deploymentId === other.deploymentId && sameSplit(one.split, other.split);
}
