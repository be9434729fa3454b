/** Starts state machines. Starting one again under the same name finds the first run. */
export interface Machines {
  start(
    machine: 'backup' | 'copy' | 'restore' | 'drill',
    name: string,
    input: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly first: boolean }>;
}
