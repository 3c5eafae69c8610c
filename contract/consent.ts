import { createInterface, type Interface } from 'node:readline';
import type { Options } from './options.js';

/** Nobody who cannot answer has agreed, nor who ends the input or interrupts. */
export async function consent(
  { yes, env }: Pick<Options, 'yes' | 'env'>,
  interrupted: AbortSignal,
  say: (line: string) => void,
): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY) {
    say('Nobody can be asked here.');
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // A terminal that is read line by line sends no signal.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return (await answered(terminal, `Type "${env}" to go on: `, interrupted)).trim() === env;
  } finally {
    terminal.close();
  }
}

/** Empty where there is no answer. */
function answered(terminal: Interface, question: string, interrupted: AbortSignal): Promise<string> {
  return new Promise((done) => {
    terminal.once('close', () => done(''));
    interrupted.addEventListener('abort', () => done(''), { once: true });
    terminal.question(question, done);
  });
}
