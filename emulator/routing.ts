import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Quirks } from './quirks.js';

/** What stands for a request in [0, 1) when a version is picked for it, by what was drawn for it. */
export type Choose = (routing: Quirks['routing'], drawn: number, message: IncomingMessage) => number;

/** For one deployment in one environment. */
export function chooser(): Choose {
  const ofConnection = new WeakMap<Socket, number>();
  let ofClient: number | undefined;
  let turn = 0;
  return (routing, drawn, { socket }) => {
    switch (routing) {
      case 'chance':
        return drawn;
      case 'per-connection': {
        const kept = ofConnection.get(socket) ?? drawn;
        ofConnection.set(socket, kept);
        return kept;
      }
      case 'per-client':
        ofClient ??= drawn;
        return ofClient;
      case 'in-turn':
        turn += 1;
        return evenly(turn - 1);
    }
  };
}

/** Spread as evenly as can be, whatever the weights are: the sequence of van der Corput. */
function evenly(count: number): number {
  let [sum, part] = [0, 0.5];
  for (let rest = count; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) sum += part;
    part /= 2;
  }
  return sum;
}
