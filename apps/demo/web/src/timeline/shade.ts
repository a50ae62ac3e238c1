import type uPlot from 'uplot';
import type { Theme } from '../theme.js';
import type { Segment } from './segments.js';

/** Pixels of the screen between two stripes. */
const GAP = 7;
const OPACITY = 0.13;
const STRIPE_OPACITY = 0.3;

/** Shades a chart where memory answers, or a sync is under way: the same colours and stripes as in the bands above it. */
export function shade(
  chart: uPlot,
  segments: readonly Segment[],
  { memory, syncing }: Theme,
): void {
  const { ctx, bbox } = chart;
  for (const { mode, from, to } of segments) {
    if (mode === 'redis') continue;
    const left = chart.valToPos(from, 'x', true);
    // A sync may be over in a few milliseconds, and is to be seen all the same.
    const width = Math.max(2 * devicePixelRatio, chart.valToPos(to, 'x', true) - left);
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, bbox.top, width, bbox.height);
    ctx.clip();
    ctx.globalAlpha = OPACITY;
    ctx.fillStyle = mode === 'memory' ? memory : syncing;
    ctx.fill();
    ctx.globalAlpha = STRIPE_OPACITY;
    ctx.strokeStyle = ctx.fillStyle;
    ctx.lineWidth = devicePixelRatio;
    stripes(ctx, mode === 'memory' ? bbox.height : 0, left, width, bbox);
    ctx.restore();
  }
}

/** @param slant - how far each stripe leans. */
function stripes(
  ctx: CanvasRenderingContext2D,
  slant: number,
  left: number,
  width: number,
  { top, height }: uPlot.BBox,
): void {
  const gap = GAP * devicePixelRatio;
  ctx.beginPath();
  // They stand still in the picture, and so do not crawl as time goes on.
  for (let x = Math.floor((left - slant) / gap) * gap; x < left + width + slant; x += gap) {
    ctx.moveTo(x, top + height);
    ctx.lineTo(x + slant, top);
  }
  ctx.stroke();
}
