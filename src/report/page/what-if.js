/* The what-if panel: `consequences` is put in front of this file by assets.ts. */
{
  const data = JSON.parse(document.getElementById('report-data').textContent).whatIf
  const panel = document.getElementById('what-if-panel')

  const fixed = (value, digits) => value.toFixed(digits).replace('-', '−')
  const trim = (text) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text)
  const percent = (value) => {
    if (value === null) return '–'
    return `${fixed(value * 100, 1)}\u202f%`
  }
  const count = (value) => {
    if (value === null) return '–'
    const size = Math.abs(value)
    const [whole, decimals] = fixed(value, size >= 100 ? 0 : size >= 0.995 || size === 0 ? 1 : 2).split('.')
    const spaced = whole.replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f')
    return trim(decimals === undefined ? spaced : `${spaced}.${decimals}`)
  }
  const outcomes = [
    ['escapes', (result) => result.escapesPer1000, count],
    ['overkill', (result) => result.overkillPer1000, count],
    ['cost', (result) => result.costPer1000, count],
    ['escape-rate', (result) => result.escapeRate, percent],
    ['overkill-rate', (result) => result.overkillRate, percent],
    ['precision', (result) => result.precision, percent],
    ['npv', (result) => result.npv, percent],
  ]

  if (data !== null && panel !== null) {
    const setting = { ...data.setting }
    const controls = {
      threshold: {
        get: () => data.meanThreshold + setting.shift,
        set: (value) => {
          setting.shift = value === shownStart ? 0 : value - data.meanThreshold
        },
        least: -Infinity,
        most: Infinity,
      },
      prevalence: {
        get: () => setting.prevalence * 100,
        set: (value) => {
          setting.prevalence = value / 100
        },
        least: 0,
        most: 100,
      },
      'cost-escape': {
        get: () => setting.costEscape,
        set: (value) => {
          setting.costEscape = value
        },
        least: 0,
        most: Infinity,
      },
      'cost-overkill': {
        get: () => setting.costOverkill,
        set: (value) => {
          setting.costOverkill = value
        },
        least: 0,
        most: Infinity,
      },
    }
    const shownStart = Number(document.getElementById('threshold-number').value)
    const text = (id, words) => {
      document.getElementById(id).textContent = words
    }
    const marker = document.getElementById('threshold-marker')

    const moveMarker = () => {
      if (marker === null) return
      const x0 = Number(marker.dataset.x0)
      const x1 = Number(marker.dataset.x1)
      const span = Number(marker.dataset.high) - Number(marker.dataset.low)
      const moved = (setting.shift / span) * (x1 - x0)
      const at = x0 + ((data.meanThreshold - Number(marker.dataset.low)) / span) * (x1 - x0)
      const held = Math.min(x1 - at, Math.max(x0 - at, moved))
      marker.setAttribute('transform', `translate(${held} 0)`)
    }

    let announce = 0
    const update = () => {
      const result = consequences(data.folds, setting)
      for (const [id, figure, show] of outcomes) {
        const { mean, low, high } = figure(result)
        text(`wi-${id}`, show(mean))
        const from = show(low).replace(
          show === percent && low !== null && high !== null ? '\u202f%' : '\0',
          '',
        )
        text(`wi-${id}-range`, low === null ? 'folds –' : `folds ${from} to ${show(high)}`)
      }
      text(
        'wi-counts',
        `Counted over all folds: ${result.missed} of ${result.anomalous} defective ${data.level}s missed, ${result.rejected} of ${result.nominal} good ones rejected.`,
      )
      moveMarker()
      clearTimeout(announce)
      announce = setTimeout(() => {
        text(
          'what-if-status',
          `Per 1,000 parts: ${count(result.escapesPer1000.mean)} escape, ${count(result.overkillPer1000.mean)} good ones are scrapped, cost ${count(result.costPer1000.mean)}.`,
        )
      }, 400)
    }

    const show = (name, skip) => {
      const value = Number(controls[name].get().toPrecision(6))
      for (const kind of ['range', 'number']) {
        const input = document.getElementById(`${name}-${kind}`)
        if (input !== skip) input.value = String(value)
      }
    }
    for (const name of Object.keys(controls)) {
      const range = document.getElementById(`${name}-range`)
      const number = document.getElementById(`${name}-number`)
      const take = (input) => {
        const value = input.value === '' ? Number.NaN : Number(input.value)
        const { least, most } = controls[name]
        const bad = !Number.isFinite(value) || value < least || value > most
        input.setAttribute('aria-invalid', String(bad))
        if (bad) return
        controls[name].set(value)
        show(name, input)
        update()
      }
      range.addEventListener('input', () => take(range))
      number.addEventListener('input', () => take(number))
      number.addEventListener('blur', () => {
        number.removeAttribute('aria-invalid')
        show(name)
      })
      // `step="any"` leaves arrow keys without a useful step, so they get one.
      const step = Number(range.dataset.step)
      const press = (keys) => (event) => {
        const move = keys[event.key]
        if (move === undefined) return
        event.preventDefault()
        const { least, most, get, set } = controls[name]
        const next = Math.min(Number(range.max), Math.max(Number(range.min), get() + move * step))
        set(Math.min(most, Math.max(least, Number(next.toPrecision(6)))))
        show(name)
        update()
      }
      const vertical = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }
      range.addEventListener('keydown', press({ ...vertical, ArrowRight: 1, ArrowLeft: -1 }))
      number.addEventListener('keydown', press(vertical))
    }

    const showAll = () => {
      for (const name of Object.keys(controls)) show(name)
      update()
    }
    document.getElementById('what-if-reset').addEventListener('click', () => {
      Object.assign(setting, data.setting)
      showAll()
    })
    document.getElementById('what-if-cheapest').addEventListener('click', () => {
      const [low, high] = data.shiftRange
      let best = { cost: Infinity, shift: 0 }
      for (let i = 0; i <= 800; i++) {
        const shift = low + ((high - low) * i) / 800
        const cost = consequences(data.folds, { ...setting, shift }).costPer1000.mean
        if (cost !== null && cost < best.cost) best = { cost, shift }
      }
      setting.shift = best.shift
      showAll()
    })
  }
}
