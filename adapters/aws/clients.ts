/**
 * Every SDK client of Holdfast passes through here, so that the embedded cloud can stand in for AWS behind the
 * genuine clients: when a transport is registered in this process, it answers instead of the network. In Lambda none
 * ever is.
 */
const TRANSPORT = Symbol.for('holdfast.transport');

/** Answers one operation of one client. The input and output are the SDK's own shapes. */
export type Send = (operation: string, input: object) => Promise<object>;
export type Transport = (service: string, region: string, attempts?: number) => Send;

interface Hooked {
  [TRANSPORT]?: Transport;
}

/** The part of an SDK client that a transport needs. */
interface SdkClient {
  readonly config: object;
  readonly middlewareStack: {
    // biome-ignore lint/suspicious/noExplicitAny: the SDK types its middleware per client; this one fits them all
    add(middleware: any, options: any): void;
  };
}

export function registerTransport(transport: Transport | undefined): void {
  if (transport) (globalThis as Hooked)[TRANSPORT] = transport;
  else delete (globalThis as Hooked)[TRANSPORT];
}

/**
 * Connects a client to whatever answers in this process.
 * @param service the SDK package's word: `s3`, `dynamodb`, `sfn`, `rds`, `eventbridge`, `sns`, `kms`, `cloudwatch`,
 *   `cloudwatch-logs`, `ecs`, `secrets-manager`, `lambda`, `ssm`, `route-53`
 * @param attempts the client's own `maxAttempts`, where it was made with one: what stands in for the network tries as often
 */
export function connect<Client extends SdkClient>(
  client: Client,
  service: string,
  region: string,
  attempts?: number,
): Client {
  // The SDK filters every input and output for a logger that throws the result away: a fifth of a small call's CPU.
  Object.assign(client.config, { logger: {} });
  const transport = (globalThis as Hooked)[TRANSPORT];
  if (!transport) return client;
  const send = transport(service, region, attempts);
  // Nothing below the first step is reached, where the SDK keeps what belongs to one call only.
  Object.assign(client.config, { cacheMiddleware: true });
  client.middlewareStack.add(
    (_next: unknown, context: { commandName: string }) => async (args: { input: object }) => ({
      response: {},
      output: await send(context.commandName.replace(/Command$/, ''), args.input),
    }),
    { step: 'initialize', priority: 'low', name: 'holdfastTransport' },
  );
  return client;
}
