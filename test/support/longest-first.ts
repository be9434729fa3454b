import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The longest first, in this order: whoever begins one of them last keeps the other worker waiting. Then what deploys a cloud. */
const LONGEST = [
  /^test\/simulation\/fixed-seeds/,
  /^test\/simulation\//,
  /^test\/synth\//,
  /^test\/golden\//,
];

/** Where nothing is known of earlier runs, as in CI, files would be taken by their size, which says little of their time. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const path = relative(this.ctx.config.root, moduleId);
      const found = LONGEST.findIndex((pattern) => pattern.test(path));
      return found < 0 ? LONGEST.length : found;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
