import { accessSync, constants, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes a folder and those above it. By Node's own recursion that never ends below /proc. Throws the error of the file system. */
export function makeFolder(path: string): void {
  if (!existsSync(path) && dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!existsSync(path) || !statSync(path).isDirectory()) throw error;
  }
}

/** Throws where a file cannot be written or replaced, so that it is told before anything is done. Leaves all as it was. */
export function tryPlace(path: string): void {
  if (existsSync(path)) {
    // A device can be read without an end, and must not be replaced.
    if (!statSync(path).isFile()) throw Object.assign(new Error('it is no file'), { code: 'it is no file' });
    accessSync(path, constants.W_OK);
  }
  makeFolder(dirname(path));
  const trial = `${path}.${process.pid}.tmp`;
  writeFileSync(trial, '');
  rmSync(trial);
}
