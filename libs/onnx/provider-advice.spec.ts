import { providerProblem } from './provider-advice.js';

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
