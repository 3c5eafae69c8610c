import type { Check } from '../bench.js';
import { logs, publish, rate } from './asked-for.js';
import { edge } from './edge.js';
import { reactions } from './reactions.js';
import { reading } from './reading.js';
import { routing } from './routing.js';
import { splits } from './splits.js';
import { readAfterWrite, redeploy } from './writes.js';

/** In the order in which they are made: what is found out first serves those after it. */
export const CHECKS: readonly Check[] = [
  reading,
  splits,
  readAfterWrite,
  redeploy,
  reactions,
  edge,
  routing,
  publish,
  rate,
  logs,
];
