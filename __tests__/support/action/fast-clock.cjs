'use strict';
// Loaded before the bundle: its clock and its pauses run CLOCK_SPEED times faster from CLOCK_START on, and so do timers
// of a minute and more. Shorter ones are limits of requests, which take as long as the machine needs.
const promises = require('node:timers/promises');

const [start, speed] = [Number(process.env.CLOCK_START), Number(process.env.CLOCK_SPEED)];
const RealDate = Date;
const now = () => start + (RealDate.now() - start) * speed;

globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length === 0 ? [now()] : given));
  }
  static now() {
    return now();
  }
};

const { setTimeout: real } = globalThis;
globalThis.setTimeout = (callback, ms = 0, ...given) => real(callback, ms < 60_000 ? ms : ms / speed, ...given);
const { setTimeout: realPromise } = promises;
promises.setTimeout = (ms, ...given) => realPromise(ms / speed, ...given);
