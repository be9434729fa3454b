import { Blueprints, type Lent } from './blueprints.ts';
import type { Trial } from './trial.ts';
import { judge, type Verdict } from './verdict.ts';

/** What a worker is told. With nothing it synthesizes its own. */
export type ToWorker = { readonly prepare: Lent | null } | { readonly trial: Trial };

/** What it answers: that it is ready, the mix at the head of a run, what became of it. */
export type FromWorker =
  | { readonly ready: true }
  | { readonly mix: readonly string[] }
  | { readonly verdict: Verdict };

/** A process that lives through runs, one after another: the SDK's transport is the process's. */
let blueprints: Blueprints | undefined;

const tell = (what: FromWorker): void => void process.send!(what);

process.on('message', async (message: ToWorker) => {
  if ('prepare' in message) {
    const { prepare } = message;
    blueprints = prepare ? Blueprints.lent(prepare) : await Blueprints.synthesized();
    tell({ ready: true });
    return;
  }
  tell({ verdict: await judge(blueprints!, message.trial, (mix) => tell({ mix })) });
});

// What it wrote lies in a folder of its parent's, which removes it.
process.on('disconnect', () => process.exit());
// Whoever ends a hunt ends it in its parent, which then says what was found.
process.on('SIGINT', () => {});
