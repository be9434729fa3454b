/** Powertools' `service` dimension: a task's own name, `WatchObjectives` for `holdfast-watch-objectives`. */
export const taskOf = (functionName: string): string =>
  functionName.replace(/^holdfast-/, '').replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
