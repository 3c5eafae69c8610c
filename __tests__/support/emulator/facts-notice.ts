import { factsNotice } from '../../../emulator/facts.js';

/** Before all tests: nobody is to take a run by ESA_FACTS for more than it is. */
export default function tell(): void {
  process.stderr.write(factsNotice(process.env));
}
