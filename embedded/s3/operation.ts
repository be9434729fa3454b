import { type Call, onlyModelled } from '../service.ts';
import type { Store } from './store.ts';

/** One call of S3: refuses members that it does not model, then runs. */
export type Operation = (name: string, store: Store, input: object, call: Call) => object;

export const operation =
  <Input extends object>(
    members: readonly (keyof Input & string)[],
    run: (store: Store, input: Input, call: Call) => object,
  ): Operation =>
  (name, store, input, call) => {
    onlyModelled('s3', name, input, members);
    return run(store, input as Input, call);
  };
