/**
 * The parity gate in JavaScript, and what a page needs to judge a picture: `openModel`, `rgbOf`, `verdictOf`.
 *
 * Runs wherever onnxruntime-web does; nothing of Plumbline is needed.
 */
import * as ort from 'onnxruntime-web'

/** An exported model, e.g. `exported/line-3/model.onnx`. @returns From uint8 RGB of width x height to named outputs. */
export async function openModel(url, channels = 3, batch = 1) {
  const session = await ort.InferenceSession.create(url, { executionProviders: ['wasm'] })
  return {
    async run({ width, height, data }) {
      const fed = new Uint8Array(batch * data.length)
      for (let i = 0; i < batch; i++) fed.set(data, i * data.length)
      const image = new ort.Tensor('uint8', fed, [batch, height, width, channels])
      const found = await session.run({ image })
      return Object.fromEntries(
        Object.entries(found).map(([name, { data: values }]) => [
          name,
          values.subarray(0, values.length / batch),
        ]),
      )
    },
    close: () => session.release(),
  }
}

/** Pixels of a canvas (`getImageData`), RGBA, as the model takes them. */
export function rgbOf({ width, height, data }) {
  const rgb = new Uint8Array(3 * width * height)
  for (let from = 0, to = 0; from < data.length; from += 4) {
    rgb[to++] = data[from]
    rgb[to++] = data[from + 1]
    rgb[to++] = data[from + 2]
  }
  return { width, height, data: rgb }
}

/** In float32, at or above. */
export function verdictOf(score, { threshold, review }) {
  if (threshold === null) return null
  if (Math.fround(score) >= Math.fround(threshold)) return 'anomalous'
  return review !== null && Math.fround(score) >= Math.fround(review) ? 'review' : 'nominal'
}

/** Each stage of each fixture; the first that deviates further than allowed is named. */
export async function runGate(folder) {
  const parity = await (await fetched(`${folder}/parity.json`)).json()
  const { model, fixtures } = parity
  const [batch, , , channels] = model.input.shape
  const worst = {}
  let ties = 0
  for (const file of [model.diagnostic, model.file]) {
    const opened = await openModel(`${folder}/${file}`, channels, typeof batch === 'number' ? batch : 1)
    for (const fixture of fixtures) {
      const found = await opened.run(await pictureOf(folder, fixture, channels))
      const { stages, isTie } = await compare(folder, fixture, found, parity)
      if (isTie && file === model.file) ties++
      for (const [stage, deviation] of Object.entries(stages)) {
        worst[stage] = Math.max(worst[stage] ?? 0, deviation)
        if (deviation > 1) {
          const text = `${file}: ${stage} of fixture ${fixture.name} deviates ${deviation.toPrecision(3)} times as far as allowed`
          return { isSame: false, text }
        }
      }
    }
    await opened.close()
  }
  const shares = Object.entries(worst).map(
    ([stage, deviation]) => `${stage} ${(100 * deviation).toFixed(1)} %`,
  )
  return {
    isSame: true,
    text: `the same on ${fixtures.length} fixtures; of the allowed deviation: ${shares.join(', ')}; ties: ${ties}`,
  }
}

async function compare(folder, { golden }, found, { tolerance, threshold, review }) {
  const score = found.score[0]
  const allowed = tolerance.score * Math.max(Math.abs(golden.score), tolerance.leastScore)
  const isTie = [threshold, review].some(
    (limit) => limit !== null && Math.abs(golden.score - limit) <= allowed,
  )
  const stages = { frame: golden.frame.every((value, i) => value === Number(found.frame[i])) ? 0 : Infinity }
  if (found.resized !== undefined) {
    stages.resized = share((await loaded(folder, golden.resized)).data, found.resized, tolerance.resized)
    stages.features = 0
    for (const [stage, file] of Object.entries(golden.features)) {
      const { data } = await loaded(folder, file)
      const own = share(data, found[`features.${stage}`], tolerance.features * largest(data))
      stages.features = Math.max(stages.features, own)
    }
  }
  const { data: map } = await loaded(folder, golden.map)
  stages.map = share(map, found.map, tolerance.map * Math.max(largest(map), tolerance.leastScore))
  stages.score = Number.isFinite(score) ? Math.abs(score - golden.score) / allowed : Infinity
  stages.verdict = isTie || verdictOf(score, { threshold, review }) === golden.verdict ? 0 : Infinity
  return { stages, isTie }
}

/** Largest deviation, as a share of what is allowed; infinite where a value is no number. */
function share(golden, found, allowed) {
  if (golden.length !== found.length) return Infinity
  let most = 0
  for (let i = 0; i < golden.length; i++) {
    const deviation = Math.abs(golden[i] - found[i])
    if (Number.isNaN(deviation)) return Infinity
    most = Math.max(most, deviation)
  }
  return most === 0 ? 0 : allowed > 0 && Number.isFinite(most) ? most / allowed : Infinity
}

const largest = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)

/** What is fed: repeated downwards and across. */
async function pictureOf(folder, { image: { file, repeat } }, channels) {
  const { shape, data } = await loaded(folder, file)
  const [[height, width], [down, across]] = [shape, repeat]
  const line = width * channels
  const whole = new Uint8Array(data.length * down * across)
  for (let y = 0; y < height * down; y++) {
    for (let x = 0; x < across; x++) {
      const from = (y % height) * line
      whole.set(data.subarray(from, from + line), (y * across + x) * line)
    }
  }
  return { width: width * across, height: height * down, data: whole }
}

/** A `.npy` file of bytes, float32 or float16. */
async function loaded(folder, file) {
  const bytes = new Uint8Array(await (await fetched(`${folder}/${file}`)).arrayBuffer())
  const start = 10 + (bytes[8] | (bytes[9] << 8))
  const header = new TextDecoder().decode(bytes.subarray(10, start))
  const shape = /'shape': \(([^)]*)\)/
    .exec(header)[1]
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number)
  const values = bytes.slice(start)
  const kind = /'descr': '([^']+)'/.exec(header)[1]
  if (kind === '|u1') return { shape, data: values }
  if (kind === '<f4') return { shape, data: new Float32Array(values.buffer) }
  if (kind === '<f2') return { shape, data: Float32Array.from(new Uint16Array(values.buffer), ofHalf) }
  throw new Error(`${file}: expected bytes, float32 or float16, found ${kind}`)
}

function ofHalf(code) {
  const sign = code & 0x8000 ? -1 : 1
  const [exponent, fraction] = [(code >> 10) & 31, code & 1023]
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25))
}

async function fetched(url) {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url}: ${response.status}`)
  return response
}
