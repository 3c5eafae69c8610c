/** What the two entries of action.yml call; all else follows from these. */
export { deploy } from './deploy.js';
export { recover } from './recover.js';
