import { type Call, onlyModelled } from '../service.ts';
import type { KeyStore } from './store.ts';

/** One call of KMS: refuses members that it does not model, then runs. */
export type Operation = (name: string, store: KeyStore, input: object, call: Call) => object;

export const operation =
  <Input extends object>(
    members: readonly (keyof Input & string)[],
    run: (store: KeyStore, input: Input, call: Call) => object,
  ): Operation =>
  (name, store, input, call) => {
    onlyModelled('kms', name, input, members);
    return run(store, input as Input, call);
  };
