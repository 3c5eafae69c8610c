'use strict';
// Loaded before the bundle: while the action pauses, its clock runs PAUSE_SPEED times faster. Requests, their limits in
// time and signals keep real time, so what is on the way is as slow as ever and only the waiting in between is short.
// With CLOCK_FOLDER the processes of one machine have one clock: how far it is ahead stands there, a file a process.
const { readdirSync, readFileSync, writeFileSync } = require('node:fs');
const promises = require('node:timers/promises');

const speed = Number(process.env.PAUSE_SPEED);
const folder = process.env.CLOCK_FOLDER;
const RealDate = Date;
const { setTimeout: pause } = promises;
const others = () => readdirSync(folder).map((name) => Number(readFileSync(`${folder}/${name}`, 'utf8')));
let [ahead, seen, pausing] = [0, RealDate.now(), 0];

function now() {
  const real = RealDate.now();
  if (pausing > 0) ahead += (real - seen) * (speed - 1);
  seen = real;
  return real + ahead;
}

/** Takes the clock of whoever is ahead, and says how far this one is. */
function share() {
  if (folder === undefined) return;
  ahead = Math.max(ahead, ...others());
  writeFileSync(`${folder}/${process.pid}`, String(Math.round(ahead)));
}

globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length === 0 ? [now()] : given));
  }
  static now() {
    return now();
  }
};

promises.setTimeout = async (milliseconds, ...given) => {
  now();
  pausing += 1;
  try {
    return await pause(Math.ceil(milliseconds / speed), ...given);
  } finally {
    now();
    pausing -= 1;
    share();
  }
};

share();
