import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { page } from '../workflows/asl/page.ts';
import { MACHINES } from '../workflows/index.ts';

/** `npm run draw`: writes the pages of all machines. A test fails while they are stale. */
const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'docs', 'state-machines');
mkdirSync(folder, { recursive: true });
for (const [name, definition] of Object.entries(MACHINES)) {
  writeFileSync(join(folder, `${name}.md`), page(name, definition));
  process.stdout.write(`docs/state-machines/${name}.md\n`);
}
