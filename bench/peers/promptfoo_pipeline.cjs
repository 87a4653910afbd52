// The two stages as a promptfoo provider, through its own cache of HTTP calls. Run by side_by_side.py.
const { cache } = require(require.resolve('promptfoo', { paths: [process.argv[1]] }));

const call = async (text) => {
  const body = JSON.stringify({ model: 'mock', temperature: 0, messages: [{ role: 'user', content: text }] });
  const options = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body };
  const { data } = await cache.fetchWithCache(`${process.env.MOCK_BASE_URL}/chat/completions`, options, 30000);
  return data.choices[0].message.content;
};

module.exports = class {
  id() {
    return 'pipeline';
  }

  async callApi(prompt, context) {
    const first = await call(`STAGE1 extract: ${context.vars.doc}`);
    return { output: await call(`STAGE2 ${process.env.STAGE2} answer from: ${first}`) };
  }
};
