import { plainWords, providerProblem } from './provider-advice.js';

describe('plainWords', () => {
  // As onnxruntime-node 1.30 says them.
  it.each([
    ['Load model from /m/.adding-x/model.onnx failed:Protobuf parsing failed.', 'Protobuf parsing failed.'],
    [
      'Load model from /m/a model.onnx failed:/onnxruntime_src/core/model.cc:187 onnxruntime::Model::Model(onnx::ModelProto&&, const Options&) ModelProto does not have a graph.\nmore',
      'ModelProto does not have a graph.',
    ],
    [
      "Non-zero status code returned while running X node. Name:'' Status Message: /onnxruntime_src/core/bfc_arena.cc:360 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool) Failed to allocate memory for requested buffer of size 4",
      "Non-zero status code returned while running X node. Name:'' Status Message: Failed to allocate memory for requested buffer of size 4",
    ],
    ['anything else (of it) that Is said', 'anything else (of it) that Is said'],
  ])('leaves out places in source and paths: %s', (message, expected) => {
    expect(plainWords(message)).toBe(expected);
  });
});

describe('providerProblem', () => {
  // As onnxruntime-node 1.30 says it on a Linux without GPU, and on one without the CUDA part of the package.
  it.each([
    [
      'cuda',
      'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
      /^not available here: it needs an NVIDIA driver.*docs\/operations\.md \(Failed to load shared library\)$/,
    ],
    [
      'webgpu',
      '/src/webgpu_context.cc:136 adapter_result.status was false. Failed to get a WebGPU adapter: No supported adapters',
      /^not available here: it needs a graphics card with a Vulkan driver.* \(Failed to get a WebGPU adapter: No supported/,
    ],
  ])('says what %s needs where it is missing', (provider, message, expected) => {
    expect(providerProblem(provider, message)).toMatch(expected);
  });

  it.each([
    ['cuda', 'NOT_IMPLEMENTED : Could not find an implementation for Dream(1)\nmore', /^NOT_IMPLEMENTED .*Dream\(1\)$/],
    ['cpu', 'Failed to load model: no shared library', /^Failed to load model: no shared library$/],
  ])('leaves other problems of %s as they are, on one line', (provider, message, expected) => {
    expect(providerProblem(provider, message)).toMatch(expected);
  });
});
