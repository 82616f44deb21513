// What Vega finds in a browser and an engine alone has not, and what the package asks of it. Vega and Vega-Lite come
// after it, as the object `engine`.
var self = globalThis;
var console = { log() {}, info() {}, warn() {}, error() {} };
var performance = { now: () => Date.now() };
var setInterval = () => 0, clearInterval = () => {};
function structuredClone(what) {
    if (Array.isArray(what)) return what.map(structuredClone);
    if (what instanceof Date) return new Date(what);
    if (!what || typeof what !== 'object') return what;
    return Object.fromEntries(Object.entries(what).map(([key, value]) => [key, structuredClone(value)]));
}
// A canvas that measures text, by the advance widths in `widths.json`: for Vega, which asks for it as it is loaded.
globalThis.measuring = widths => {
    const units = 2048;
    const context = {
        font: '',
        measureText(text) {
            const size = /([0-9.]+)px/.exec(this.font);
            const table = /\b(bold|bolder|[6-9]00)\b/.test(this.font) ? widths.bold : widths.regular;
            let sum = 0;
            // A letter that the table has not is as wide as a capital of an alphabet, or a sign of Chinese.
            for (const one of String(text)) sum += table[one] ?? (one >= '\u2e80' ? units : table.N);
            return { width: sum / units * (size ? Number(size[1]) : 10) };
        },
    };
    const canvas = { getContext: () => context };
    return { createElement: kind => kind === 'canvas' ? canvas : null };
};

const vega = text => engine.compile(JSON.parse(text)).spec;
globalThis.toVega = text => JSON.stringify(vega(text));
globalThis.toSVG = async text => {
    const faults = [];
    const refuse = address => {
        faults.push(`nothing is loaded from elsewhere: ${address}`);
        return Promise.reject(new Error(address));
    };
    const loader = { load: refuse, sanitize: refuse };
    const made = await new engine.View(engine.parse(vega(text)), { renderer: 'none', loader }).toSVG();
    // Without its data Vega would go on.
    if (faults.length) throw new Error(faults[0]);
    return made;
};
