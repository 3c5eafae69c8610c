import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { completeWorld, type World, type WorldSeed } from './world.js';

/**
 * The world in the file, or undefined when there is no file. Throws an Error that names the file when it is no world.
 */
export function loadWorld(file: string): World | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return completeWorld(JSON.parse(readFileSync(file, 'utf8')) as WorldSeed);
  } catch (error) {
    throw new Error(`${file} holds no world: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/**
 * A function that writes the world when it differs from what it wrote last. The file is replaced as a whole, so that
 * whoever reads it, or is killed in between, never meets half of one. It holds secrets: only its owner may read it.
 */
export function worldSaver(world: World, file: string): () => void {
  let saved = '';
  return () => {
    const text = `${JSON.stringify(world, null, 2)}\n`;
    if (text === saved) return;
    const temporary = `${file}.${process.pid}.tmp`;
    try {
      writeFileSync(temporary, text, { mode: 0o600 });
      renameSync(temporary, file);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
    saved = text;
  };
}
