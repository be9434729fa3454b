import type { Installation } from '../core/plan/installation.ts';
import { buildApp } from '../lib/build-app.ts';

/**
 * Synthesizes the installation that is sent to it into the folder that it is told. A process of its own, because CDK
 * holds some 400 MB while it works, and a cloud that is to be simulated for weeks has better use for them.
 */
process.once('message', ({ installation, outdir }: { installation: Installation; outdir: string }) => {
  buildApp(installation, { outdir, bundle: false, checked: false }).synth();
  process.disconnect();
});
