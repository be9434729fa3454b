import { type PolicyDocument, resourcePattern, type Statement, speakingOf } from './evaluate.ts';

/** One action on one resource pattern under one condition: the smallest thing that a policy grants. */
export interface Grant {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
  readonly condition: string;
}

/** Policies, with the statements that speak of an action found once per action: a simulation asks millions of times. */
export class Policies {
  readonly #documents: PolicyDocument[] = [];
  readonly #byAction = new Map<string, readonly Statement[]>();
  /** What was needed of each statement: `<action> <resource pattern>`. */
  readonly #used = new Map<Statement, Set<string>>();

  add(document: PolicyDocument): void {
    this.#documents.push(document);
    this.#byAction.clear();
  }

  speakingOf(action: string): readonly Statement[] {
    let statements = this.#byAction.get(action);
    if (!statements) {
      statements = speakingOf(this.#documents, action);
      this.#byAction.set(action, statements);
    }
    return statements;
  }

  /** Takes a statement away, as if it had never been written. */
  remove(statement: Statement): void {
    const rest = (document: PolicyDocument): PolicyDocument => ({
      Statement: [document.Statement].flat().filter((one) => one !== statement),
    });
    this.#documents.splice(0, this.#documents.length, ...this.#documents.map(rest));
    this.#byAction.clear();
  }

  get statements(): readonly Statement[] {
    return this.#documents.flatMap(({ Statement: found }) => [found].flat() as Statement[]);
  }

  use(statement: Statement, action: string, resource: string): void {
    const pattern = resourcePattern(statement, resource);
    let used = this.#used.get(statement);
    if (!used) {
      used = new Set();
      this.#used.set(statement, used);
    }
    used.add(`${action} ${pattern}`);
  }

  /** What is granted, each with whether it was ever needed. Actions are compared as they are written. */
  *grants(role: string): Generator<Grant & { readonly used: boolean }> {
    for (const statement of this.statements) {
      if (statement.Effect !== 'Allow') continue;
      const condition = JSON.stringify(statement.Condition ?? {});
      for (const action of [statement.Action ?? []].flat())
        for (const resource of [statement.Resource ?? []].flat()) {
          const used = this.#used.get(statement)?.has(`${action} ${resource}`) ?? false;
          yield { role, action, resource, condition, used };
        }
    }
  }
}
