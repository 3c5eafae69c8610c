import { addRoutine, addVersion, deploy, emptyWorld, environmentNames, type World } from './world.js';

const day = 86_400_000;

const greetings = [
  { description: 'v1: greet in English', greeting: 'Hello' },
  { description: 'v2: greet in French', greeting: 'Bonjour' },
  { description: 'v3: greet in Spanish', greeting: 'Hola' },
];

/**
 * The world of an emulator that runs alone: the routine `hello` with three Available versions, a day apart, the oldest
 * at 100 % in both environments, and one credential. `at` in ms since the epoch.
 */
export function startWorld(at: number = Date.now()): World {
  const world = emptyWorld();
  const born = at - (greetings.length + 1) * day;
  addRoutine(world, 'hello', { description: 'says hello' }, born);
  const versions = greetings.map(({ description, greeting }, index) => {
    const code = `export default { fetch: () => new Response('${greeting}') };\n`;
    return addVersion(world, 'hello', { description, code }, born + index * day);
  });
  for (const environment of environmentNames) {
    deploy(world, 'hello', environment, [{ codeVersion: String(versions[0]), percentage: 100 }], at - day);
  }
  return world;
}
