import { count } from '../screen/format.js';
import type { Answers, Ledger } from '../shop/ledger.js';
import type { Row } from './row.js';

/** What the shop was answered while the story ran, outages included. */
export function auditAnswers({ sessionAnswers, pageAnswers }: Ledger): Row[] {
  return [
    row('Session reads', 'each as last written', sessionAnswers),
    row('Page reads', 'none older than the last', pageAnswers),
  ];
}

function row(what: string, promised: string, { checked, wrong }: Answers): Row {
  return {
    what,
    promised,
    found: `${count(wrong)} wrong of ${count(checked)}`,
    problems: wrong === 0 ? [] : [`${count(wrong)} answers were wrong`],
  };
}
