import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Places in which nothing can be written, each made in `folder` when it is asked for. Whoever is root may write
 * anywhere.
 */
export function unwritable(folder: string): readonly (readonly [string, () => string])[] {
  const inFolder = (make: () => string) => () => {
    mkdirSync(folder, { recursive: true });
    return make();
  };
  const readOnly = () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    chmodSync(file, 0o400);
    return file;
  };
  return [
    ['a file that is not there', () => join(folder, 'nowhere', 'file')],
    ['a directory', inFolder(() => folder)],
    ...(process.platform === 'linux' ? [['a disk that is full', () => '/dev/full'] as const] : []),
    ...(process.getuid?.() === 0 ? [] : [['a file that is read-only', inFolder(readOnly)] as const]),
  ];
}
