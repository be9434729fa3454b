import { Bench, S } from './bench.ts';

export const START_LOG = `log start --task-name pitr --pd shop:2379 --storage ${S}/log/1/ --send-credentials-to-tikv=false`;
export const on = (command: string) => `log ${command} --task-name pitr -u shop:2379`;

export async function logging(): Promise<{ bench: Bench } & Awaited<ReturnType<Bench['shop']>>> {
  const bench = new Bench();
  const shop = await bench.shop();
  await bench.succeed(START_LOG);
  shop.orders.scheduleDay(2_000);
  return { bench, ...shop };
}

/** Timestamps in the JSON are too great for a double: they are read as text. */
export async function status(bench: Bench) {
  const line = (await bench.succeed('log status -u shop:2379 --json')).at(-1)!;
  const quoted = line.replaceAll(/:(\d{16,})/g, ':"$1"');
  return JSON.parse(quoted) as {
    name: string;
    status: string;
    checkpoint: string;
    storage: string;
    progress: { store_id: number; checkpoint: string }[];
    last_errors: { last_error: { error_code: string; error_message: string } }[];
  }[];
}
