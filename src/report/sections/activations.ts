/** Where the backbone answers: single images, the set, everything, in one colour scale. */
import type { Activations } from '../../wire/report-data.ts'
import { fixed, plural } from '../format.ts'
import { html, type Markup } from '../html.ts'
import { outside, section } from './section.ts'

export function activationsSection(activations: Activations): Markup {
  const { stage, channels, images, low, maximum, width, height, colours, set, examples } = activations
  const last = colours.length - 1
  return section({
    id: 'activations',
    heading: 'Activations',
    lead: html`What the backbone has to go by, before any detector: for each cell of <code>${outside(stage)}</code> the largest of its ${channels} channels. If parts lie alike in all pictures, so do the answers, and the map of the set looks like that of a single image. If parts lie differently, the set is bright everywhere: a detector that goes by places will find it hard, and <code>plumbline experiment rotation</code> says how hard.`,
    body: html`<div class="activations">${examples.map(
      ({ image, maximum: largest, photo, map }) =>
        html`<figure><span class="both"><img src="${photo}" alt="" width="${width}" height="${height}" loading="lazy"><img class="cells" src="${map}" alt="Activations of ${image}" width="${width}" height="${height}" loading="lazy"></span><figcaption>${outside(image)}<br>largest ${fixed(largest, 2)}</figcaption></figure>`,
    )}
<figure class="set"><span class="both"><img class="cells" src="${set}" alt="Largest activations over the set" width="${width}" height="${height}" loading="lazy"></span><figcaption>The set: largest over ${plural(images, 'good image')}<br>largest of all ${fixed(maximum, 2)}</figcaption></figure></div>
<div class="scale"><svg viewBox="0 0 200 12" preserveAspectRatio="none" aria-hidden="true"><defs><linearGradient id="activation-scale">${colours.map((colour, i) => html`<stop offset="${fixed(i / last, 4)}" stop-color="${colour}"/>`)}</linearGradient></defs><rect width="200" height="12" fill="url(#activation-scale)"/></svg>
<span class="ends"><span>${fixed(low, 2)}</span><span>${fixed(maximum, 2)}</span></span><span class="hint">Activation, one scale for all; grey: padding</span></div>`,
  })
}
