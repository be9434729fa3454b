/** States that wait for somebody, each by the token that its attempt was given. */
export interface Waiting {
  /** Lets it go on with this output. `gone` when nothing waits for the token any more. */
  resume(token: string, output: Readonly<Record<string, unknown>>): Promise<'resumed' | 'gone'>;
}
