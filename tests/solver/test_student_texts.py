"""What students type: numbers by independent formulas, and what is wrong with faulty data."""

from __future__ import annotations

from math import sqrt

import pytest

from tutor.errors import SolverError
from tutor.records import Json
from tutor.solver import solve


def _adam(
    w: float,
    gradients: list[float],
    lr: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    corrected: bool = True,
    decay: float = 0.0,
    l2: float = 0.0,
) -> float:
    m = v = 0.0
    for t, g in enumerate(gradients, 1):
        g = g + l2 * w
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        a, b = (m / (1 - beta1**t), v / (1 - beta2**t)) if corrected else (m, v)
        w = w * (1 - lr * decay) - lr * a / (sqrt(b) + 1e-8)
    return w


def _rmsprop(w: float, gradients: list[float], lr: float, beta: float) -> float:
    s = 0.0
    for g in gradients:
        s = beta * s + (1 - beta) * g * g
        w -= lr * g / (sqrt(s) + 1e-8)
    return w


def _adagrad(w: float, gradients: list[float], lr: float) -> float:
    total = 0.0
    for g in gradients:
        total += g * g
        w -= lr * g / (sqrt(total) + 1e-8)
    return w


_OPTIMIZERS: list[tuple[str, Json]] = [
    (
        "Peso atual 2,0; gradiente 0,5; lr = 0,1. Qual o peso depois de uma atualização do SGD?",
        1.95,
    ),
    ("w=1.5, dL/dw = -0.8, η=0.05. novo w pelo gradiente descendente?", 1.54),
    (
        "dado w = [1, -2, 0.5] e grad = [0.1, 0.2, -0.4], lr=0.5, faça um passo de sgd",
        [0.95, -2.1, 0.7],
    ),
    (
        "gradient descent on f(x)=x^2-4x+1 starting at x=0 with learning rate 0.25, "
        "what is x after 2 steps?",
        1.5,
    ),
    ("minimize f(x) = 3x² − 6x por descida do gradiente, x0 = 2, taxa 0,1, quanto é x1?", 1.4),
    (
        "$w_0 = 4$, $\\nabla L = 2w$, $\\eta = 0{,}1$: $w_1$ e $w_2$ pelo gradiente descendente",
        [3.2, 2.56],
    ),
    ("f(w) = (w-2)^2 + 1, w=5, lr=0.2, faz 2 iteracoes de GD ai", 3.08),
    ("L(w1,w2)= w1^2 + 3 w2^2, w=(1,1), lr 0,1, um passo de SGD", [0.8, 0.4]),
    ("sgd: w = 10; g = 1e-3; lr=1e-1; novo peso?", 9.9999),
    ("lr 0,1 e gradientes 1, 2, -1 em sequência, w inicial 0: onde o SGD para?", -0.2),
    ("SGD puro, w=3, lr=0.1, gradiente = 4, quanto fica w?", 2.6),
    ("Qual o tamanho do passo do SGD com taxa 0,01 e gradiente 25?", 0.25),
    (
        "momentum v_t = 0.9 v_{t-1} + 0.1 g_t e w = w - 0.5 v_t. tenho v = 0.5, g = 2, "
        "w = 1. qual o novo w?",
        1 - 0.5 * (0.45 + 0.2),
    ),
    ("Se v = 2, β = 0,8, g = 1 e a atualização usa v ← βv + g, qual é o novo v?", 2.6),
    ("v <- 0.9 v + g; w <- w - 0.1 v. v0=0, w0=1, g1=1, g2=2. w2?", 1 - 0.1 * 1 - 0.1 * 2.9),
    (
        "SGD com momentum 0.9 no pytorch, lr=0.01, w=1, grads 0.5, 0.5, 0.5. w final?",
        1 - 0.01 * (0.5 + 0.95 + 1.355),
    ),
    (
        "momentum (média móvel) β=0,5, v0=0, gradientes 4 e 2, lr 0,1, w0=1: calcule v1, v2 e w2",
        {"v": 2.0, "w": 1 - 0.1 * 2 - 0.1 * 2.0},
    ),
    (
        "velocidade anterior 1, momentum 0,9 (v = βv + g), gradiente 2, taxa 0,1, peso "
        "5: novo peso?",
        5 - 0.1 * 2.9,
    ),
    (
        "v_t = 0,9 v_{t-1} - 0,1 g e w_t = w_{t-1} + v_t, com v0 = 0, w0 = 1 e g = 2 "
        "nos dois primeiros passos. Quanto vale w2?",
        1 - 0.2 - 0.38,
    ),
    ("velocity update v = mu*v - lr*g, w += v; mu=0.9, lr=0.1, v=0.5, g=1, w=0. new w?", 0.35),
    ("nesterov momentum 0.9 lr 0.1 f(w)=w^2 w0=1 v0=0 um passo, w1?", 0.8),
    ("adagrad lr 0.5 w 1 grads 2 e 1, eps 0, peso final?", _adagrad(1, [2, 1], 0.5)),
    (
        "No AdaGrad, acumulado G = 16 até agora, gradiente atual 3, lr = 0,5, w = 1. novo w?",
        1 - 0.5 * 3 / 5,
    ),
    ("rmsprop s = 0.9 s + 0.1 g². s comeca em 0, gradientes 1, 3. qual s no fim?", 0.9 * 0.1 + 0.9),
    ("RMSprop: s=0.9s+0.1g^2, lr=0.01, g=2, s0=0, w=1, eps=1e-8. w1?", _rmsprop(1, [2], 0.01, 0.9)),
    (
        "RMSProp com ρ = 0,99, média atual dos quadrados 4, gradiente 1, taxa 0,1, w = "
        "2, ε=1e-8. Qual o novo w?",
        2 - 0.1 / (sqrt(0.99 * 4 + 0.01) + 1e-8),
    ),
    (
        "quanto vale E[g²] no RMSProp depois de gradientes 1, 2 e 3 com decay 0.9?",
        0.9 * (0.9 * 0.1 + 0.4) + 0.9,
    ),
    (
        "No Adam (β1 = 0,9, β2 = 0,999, início em zero), os gradientes dos passos 1 e "
        "2 foram 0,5 e 0,2. Quanto vale m̂ no passo 2, com correção de viés?",
        (0.9 * 0.05 + 0.02) / (1 - 0.81),
    ),
    (
        "Adam com $m_0=v_0=0$, $\\beta_1=0.9$, $\\beta_2=0.999$, $g_1 = 2$. Calcule "
        "$m_1$, $v_1$, $\\hat m_1$ e $\\hat v_1$.",
        {"m": 0.2, "v": 0.004, "m_hat": 2.0, "v_hat": 4.0},
    ),
    (
        "Adam: g1=2, g2=-1. calcula m2, v2, m2_hat, v2_hat",
        {"m": 0.08, "v": 0.004996, "m_hat": 0.08 / 0.19, "v_hat": 0.004996 / (1 - 0.999**2)},
    ),
    ("No Adam g = 3 no 1º passo, betas padrão. m1 e v1?", {"m": 0.3, "v": 0.009}),
    ("Adam, primeiro passo, gradiente 0,2: quanto valem m̂ e v̂?", {"m_hat": 0.2, "v_hat": 0.04}),
    ("adam lr=0.001, w=0.5, grad=0.1 → w depois de 1 step?", _adam(0.5, [0.1], 0.001)),
    (
        "torch.optim.Adam(params, lr=0.1, betas=(0.9, 0.99)), w=1.0, grads [1.0, "
        "-2.0]. quanto fica w?",
        _adam(1, [1, -2], 0.1, 0.9, 0.99),
    ),
    (
        "Adam w/o bias correction: w=1, lr=0.1, g=2, one step. new w?",
        _adam(1, [2], 0.1, corrected=False),
    ),
    ("adam com gradiente constante 5, w=0, lr=0.1, 4 passos", _adam(0, [5] * 4, 0.1)),
    (
        "Em um passo do Adam temos m_{t-1}=0,1, v_{t-1}=0,01, g_t=0,5, β1=0,9, "
        "β2=0,999 e t=3. Calcule m_t e v_t.",
        {"m": 0.14, "v": 0.00999 + 0.00025},
    ),
    (
        "Adam: m=0.1, v=0.01, g=0.5, t=3, w=1, lr=0.01. novo w?",
        1 - 0.01 * (0.14 / (1 - 0.9**3)) / (sqrt(0.01024 / (1 - 0.999**3)) + 1e-8),
    ),
    (
        "Partindo de w = 3, taxa 0,01, gradiente 5 no primeiro passo e acumuladores "
        "nulos, o peso vai pra 2,99 mesmo?",
        2.99,
    ),
    ("adamw w=2 lr=0.1 wd=0.01 grad=1 1 passo novo w", _adam(2, [1], 0.1, decay=0.01)),
    (
        "AdamW: θ=1, η=0,001, λ=0,1, g=0,2, primeiro passo. Qual o novo θ?",
        _adam(1, [0.2], 0.001, decay=0.1),
    ),
    (
        "compare um passo de AdamW e de Adam com L2: w=1, lr=0,1, λ=0,1, gradiente 0,5",
        {"adamw": _adam(1, [0.5], 0.1, decay=0.1), "adam_l2": _adam(1, [0.5], 0.1, l2=0.1)},
    ),
    (
        "Calcule o novo peso com AdamW e com Adam+L2 para w=2, g=0.3, lr=0.01, weight decay 0.1",
        {"adamw": _adam(2, [0.3], 0.01, decay=0.1), "adam_l2": _adam(2, [0.3], 0.01, l2=0.1)},
    ),
    (
        "w=1, g=0,5, lr=0,1, λ=0,1: qual a diferença entre o peso do AdamW e o do Adam "
        "com L2 depois de um passo?",
        {"adamw": _adam(1, [0.5], 0.1, decay=0.1), "adam_l2": _adam(1, [0.5], 0.1, l2=0.1)},
    ),
    (
        "Média móvel exponencial com β = 0,9 iniciada em zero; primeira observação 10. "
        "Qual o valor com correção de viés?",
        10,
    ),
    ("ema com beta 0.9, v0=0, valores 1, 2, 3 - qual v3?", 0.9 * (0.9 * 0.1 + 0.2) + 0.3),
    ("v_t = 0,8 v_{t-1} + 0,2 x_t, v_0 = 0, x = 5, 10. Quanto é v_2?", 0.8 * 1 + 2),
    (
        "EMA β=0.5 de [4; 8; 6], com correção de viés",
        ((4 * 0.5 * 0.5 + 8 * 0.5) * 0.5 + 3) / (1 - 0.125),
    ),
    ("fator de correção de viés com β₂ = 0,999 e t = 10", 1 - 0.999**10),
    ("por quanto a correção de viés multiplica o m no passo 1 com β1=0,9?", 10),
    ("m = 0,271 no passo 3 e β = 0,9; qual a média corrigida?", 1.0),
    (
        "torch.optim.SGD(lr=0.1, weight_decay=0.1), peso [1.0, -3.0] e gradiente zero, "
        "qual o peso depois de 1 passo?",
        [0.99, -2.97],
    ),
    ("penalidade l2 com lambda 0.1 e w = (3, 4)", 2.5),
    ("(λ/2)‖w‖² com λ=0,1 e w=(3,4)", 1.25),
    ("loss 2,0, λ=0,01, w=[1,2,2], qual a loss regularizada com L2?", 2.09),
    (
        "peso 10, lr 0,1, weight decay 0,05, sem gradiente: valor do peso depois de 1 passo? e",
        10 * (1 - 0.005),
    ),
    (
        "weight decay 0,01, lr 0,1: por quanto cada peso é multiplicado por passo, se "
        "o gradiente é zero?",
        0.999,
    ),
    (
        "Considere o SGD com taxa de aprendizagem 0,02. O parâmetro vale 0,7 e a "
        "derivada da perda nele é -1,5. Para quanto ele vai?",
        0.73,
    ),
    (
        "θ = (0,5; -0,5), ∇L(θ) = (1; -2), η = 0,1. Calcule θ depois de um passo de "
        "gradiente descendente.",
        [0.4, -0.3],
    ),
    ("w: 3 -> ? ; grad 2 ; lr 1e-2 (SGD)", 2.98),
    ("f(x)=x^2+2x, x inicial 1, alpha=0.1, gradient descent, 3 iterations", -1 + 2 * 0.8**3),
    (
        "a função é (w-4)^2. começando em w=0 com taxa 0,25, onde estou depois de 2 "
        "passos de descida do gradiente?",
        3.0,
    ),
    ("gd em J(w)=0.5*w^2 a partir de 10, lr 0.1, um passo", 9.0),
    (
        "Momentum clássico (v = 0,9v + g): v anterior 3, gradiente 1, taxa 0,01, peso "
        "2. Peso novo?",
        2 - 0.01 * 3.7,
    ),
    (
        "com momentum 0,5 e média móvel (v = 0,5 v + 0,5 g), v0 = 0 e gradientes 2, 4, "
        "6, quanto vale v3?",
        0.5 * (0.5 * 1 + 2) + 3,
    ),
    (
        "pytorch SGD(lr=0.1, momentum=0.9, nesterov=True), w=1, grads [1, 1]; w?",
        1 - 0.1 * 1.9 - 0.1 * (1 + 0.9 * 1.9),
    ),
    (
        "RMSprop: α=0.9, lr=0.1, eps=1e-8, w=0.5, grads 0.2 e -0.4. w depois?",
        _rmsprop(0.5, [0.2, -0.4], 0.1, 0.9),
    ),
    (
        "No RMSProp, E[g²] anterior = 0,25, β = 0,9, gradiente 1. Qual o novo E[g²]?",
        0.9 * 0.25 + 0.1,
    ),
    ("Adagrad acumulou 9; agora g = 4, η = 0,1, w = 1. Novo w?", 1 - 0.1 * 4 / 5),
    (
        "AdaGrad com soma dos quadrados até agora igual a 12, gradiente 2, taxa 0,4: "
        "tamanho do passo?",
        0.4 * 2 / 4,
    ),
    (
        "Adam com beta1=0.9 e gradientes 1,1,1 — m sem correção e com correção no passo 3?",
        {"m": 0.271, "m_hat": 1.0},
    ),
    ("AdamW: lr=0.01 wd=0.1 w=5 g=0. um passo", 5 * (1 - 0.001)),
    ("Adam com weight_decay=0.1 (L2), w=5, g=0, lr=0.01, um passo: novo w?", 5 - 0.01),
    (
        "w=4, λ=0,05, η=0,1, gradiente 1: novo w com weight decay desacoplado no SGD, "
        "w ← (1-ηλ)w - ηg",
        4 * 0.995 - 0.1,
    ),
    ("EMA: x = 2, 4, 8; β = 0,75; v0 = 0. v3?", ((2 * 0.25) * 0.75 + 1) * 0.75 + 2),
    ("suavização exponencial com alfa 0,3 da série 10, 20, começando em 10", 13.0),
    ("β=0,99: quanto vale 1-β^t para t=100?", 1 - 0.99**100),
    ("qual o valor corrigido de v=0,002 no passo 2 com β2=0,999?", 0.002 / (1 - 0.999**2)),
    ("perda 1,2 mais regularização L1 com λ 0,1 e pesos [1; -2; 0,5]: total?", 1.55),
]

_NETWORKS: list[tuple[str, Json]] = [
    (
        "Quantos parâmetros tem uma convolução 1x1 que leva 256 canais para 64, contando o viés?",
        256 * 64 + 64,
    ),
    (
        "How many parameters does a conv layer with 10 filters of size 5x5 on a "
        "grayscale image have, including biases?",
        260,
    ),
    (
        "32x32 com 16 canais entra, 16x16 com 32 canais sai do ramo. Quantos pesos tem "
        "o adaptador de um por um, sem bias?",
        512,
    ),
    (
        "Determine a forma do atalho após uma projeção com 256 filtros e passo 2 "
        "aplicada a uma entrada 28×28×128.",
        [14, 14, 256],
    ),
    ("uma imagem 64x64 entra numa conv 5x5 stride 2 padding 2. tamanho da saída?", 32),
    ("entrada 100x100, kernel 7, sem padding, passo 3: qual a dimensao de saida?", 32),
    ("$n=32$, $f=5$, $p=2$, $s=1$. Calcule $\\lfloor (n+2p-f)/s \\rfloor+1$ para a convolução", 32),
    (
        "input 28x28x1, conv 5x5 com 6 filtros, qual shape da saída e quantos parâmetros?",
        {"saida": [24, 24, 6], "parametros": 156},
    ),
    ("conv2d in=3 out=16 k=3 bias=False quantos params", 432),
    ("uma camada Conv2D(32, (3,3)) do keras recebe 28x28x1; quantos parâmetros?", 320),
    (
        "Conv2D(filters=64, kernel_size=(5,5), strides=2, padding='same') em "
        "(32,32,3): forma da saída?",
        [16, 16, 64],
    ),
    ("max pool 3x3 stride 2 em 55x55: tamanho", 27),
    ("qual a saída de um maxpool 2x2 com entrada 24x24x16?", [12, 12, 16]),
    ("receptive field de 2 camadas conv 5x5 stride 1", 9),
    ("campo receptivo de três camadas 3x3 com stride 2 em cada uma", 15),
    ("duas conv 3x3 seguidas de maxpool 2x2 e mais uma conv 3x3: campo receptivo?", 10),
    ("conv 3x3 dilation 2 em 32x32 padding 2: tamanho da saída", 32),
    (
        "parâmetros de uma conv 3x3 com groups=4, 64 canais de entrada e 128 de saída sem bias",
        3 * 3 * 16 * 128,
    ),
    ("FLOPs (MACs) de uma conv 3x3, 16 filtros, entrada 8x8x3 padding 1", 8 * 8 * 16 * 27),
    (
        "Três convoluções 3x3 empilhadas com C canais... calcule com C = 64 canais de "
        "entrada e 64 filtros: quantos parâmetros ao todo, sem bias?",
        3 * 9 * 64 * 64,
    ),
    ("nn.Linear(512, 10, bias=False) parametros?", 5120),
    ("camada fully connected de 4096 para 1000: número de parâmetros?", 4096 * 1000 + 1000),
    ("Uma camada densa recebe 300 e sai 50, quantos pesos e bias?", 300 * 50 + 50),
    (
        "mlp de 10 entradas, uma camada escondida de 20 e 2 saídas: nº de parâmetros",
        10 * 20 + 20 + 40 + 2,
    ),
    ("flatten de 7x7x64: quantos neurônios?", 3136),
    ("qual padding p mantém 32x32 com kernel 7x7 stride 1?", 3),
    ("ConvTranspose2d kernel 4 stride 2 padding 1, entrada 16x16, saída?", 32),
    ("conv1d: entrada de comprimento 50, kernel 3, stride 1, padding 1. saída?", 50),
    ("max pooling 2x2 stride 2 de [[1,3,2,1],[4,6,5,0],[7,2,1,1],[0,8,3,4]]", [[6, 5], [8, 4]]),
    ("avg pooling 2x2 em [[1,2],[3,4]]", [[2.5]]),
    (
        "conv (correlação cruzada) da matriz [[1,0,2],[3,1,0],[0,1,4]] com filtro [[1,0],[0,1]]",
        [[2, 0], [4, 5]],
    ),
    ("global average pooling da matriz [[1,2],[3,6]]", 3),
    (
        "max pooling na matriz\n1 2 3 4\n5 6 7 8\n9 10 11 12\n13 14 15 16\njanela 2x2 e stride 2",
        [[6, 8], [14, 16]],
    ),
    ("bloco residual: x=[1,-2,3], F(x)=[0.5,0.5,-4], saída com relu?", [1.5, 0, 0]),
    ("y = F(x)+x; x = (2, 3); F(x) = (-1, 1)", [1, 4]),
    ("dá pra somar 28x28x64 e 28x28x64 na skip connection?", True),
    ("Entrada 227x227x3, 96 filtros 11x11, stride 4. Qual o volume de saída?", [55, 55, 96]),
    ("input of 64x64 with a 4x4 kernel, stride 2 and padding 1 -> output size?", 32),
    ("imagem 28×28, conv 5×5 (p=0, s=1) e depois max pooling 2×2: lado do mapa final?", 12),
    (
        "Camada conv: 128 filtros de 3×3 sobre 64 mapas de entrada; parâmetros com bias?",
        128 * (9 * 64 + 1),
    ),
    ("parâmetros: Conv2d(16, 32, 3) + BatchNorm2d(32)", 16 * 32 * 9 + 32 + 64),
    (
        "quantos parâmetros tem uma conv 1D com kernel 5, 32 canais de entrada e 64 filtros?",
        5 * 32 * 64 + 64,
    ),
    (
        "conv 7x7 stride 2 padding 3 em 224x224 seguida de maxpool 3x3 stride 2 "
        "padding 1: tamanho?",
        56,
    ),
    (
        "quantas multiplicações uma conv 3x3 com 32 filtros faz numa entrada 16x16x8 "
        "com padding same?",
        16 * 16 * 32 * 72,
    ),
    (
        "número de parâmetros de uma convolução depthwise separável 3x3 de 32 para 64 "
        "canais, sem bias",
        32 * 9 + 32 * 64,
    ),
    ("stack de 4 conv 3x3 stride 1: receptive field?", 9),
    ("campo receptivo de conv 3x3 dilatação 2 seguida de conv 3x3 dilatação 4", 1 + 4 + 8),
    (
        "rede densa: 20 entradas, duas camadas escondidas de 64, 3 saídas. Total de parâmetros?",
        20 * 64 + 64 + 64 * 64 + 64 + 64 * 3 + 3,
    ),
    ("MLP 100→50→10 sem bias, quantos pesos?", 5500),
    ("Dense(64, input_dim=20) quantos parametros?", 20 * 64 + 64),
    ("average pooling 2x2 de [[4,8,1,3],[0,4,5,7],[2,2,6,6],[2,2,6,6]]", [[4, 4], [2, 6]]),
    ("max pool 1D janela 2 stride 2 de [1, 5, 3, 2]", [[5, 3]]),
    ("convolua o sinal [1,2,3,4] com o kernel [1,0,-1] (correlação, sem padding)", [-2, -2]),
    ("aplique o filtro de sobel [[1,0,-1],[2,0,-2],[1,0,-1]] em [[1,1,1],[2,2,2],[3,3,3]]", 0),
    ("saída de x + F(x) com x = [0.5, -0.5] e F(x) = [1, 1]?", [1.5, 0.5]),
    ("residual: x=[1,1], W_s=[[2,0],[0,3]], F(x)=[1,1]; y?", [3, 4]),
]

_VALIDATION: list[tuple[str, Json]] = [
    (
        "matriz de confusão [[50, 10], [5, 35]] com linhas = classe real (negativo, "
        "positivo) e colunas = previsto na mesma ordem. Qual o recall da classe "
        "positiva?",
        0.875,
    ),
    ("qual a precisão se acertei 30 dos 45 que o modelo marcou como positivos", 30 / 45),
    (
        "matriz de confusão [[50,10],[5,35]], ordem das classes: negativa, positiva. "
        "precision da positiva?",
        35 / 45,
    ),
    (
        "confusion matrix [[40, 10],[20, 30]] com a primeira linha/coluna = spam, "
        "linhas reais. recall de spam?",
        0.8,
    ),
    (
        "confusion matrix rows=actual, cols=predicted, order (no, yes): "
        "[[80,20],[10,90]]. precision for yes?",
        90 / 110,
    ),
    (
        "matriz de confusão com linhas = real: [[45, 5], [15, 35]]; classe positiva é "
        "a segunda. Qual o F1?",
        2 * 35 / (70 + 5 + 15),
    ),
    (
        "matriz de confusão (linhas reais: gato, cachorro, ave): "
        "[[5,1,0],[2,6,2],[0,1,3]]. recall do cachorro?",
        0.6,
    ),
    ("matriz [[5,1,0],[2,6,2],[0,1,3]] gato/cachorro/ave, precisão da classe ave", 3 / 5),
    ("TP 80 FN 20 FP 10 TN 90 → F1", 2 * 80 / (160 + 30)),
    (
        "VP=30, FP=10, FN=20. calcule precisão, recall e F1",
        {"precision": 0.75, "recall": 0.6, "f1": 2 * 30 / 90},
    ),
    ("8 verdadeiros positivos e 2 falsos negativos; recall?", 0.8),
    ("de 200 imagens o modelo errou 30. acurácia?", 0.85),
    ("precisao 0,8 revocacao 0,6 f1", 2 * 0.48 / 1.4),
    ("P = 75% e R = 60%, F1-score?", 2 * 0.45 / 1.35),
    ("y_true=[1,0,1,1,0], y_pred=[1,1,1,0,0]; f1?", 2 / 3),
    ("reais: s n s s n / previstos: s s s n n. acurácia?", 0.6),
    (
        "O modelo detectou 40 das 50 fraudes e deu 10 alarmes falsos. Qual a precisão e o recall?",
        {"precision": 0.8, "recall": 0.8},
    ),
    ("acertou 90 de 120 questões, taxa de erro?", 0.25),
    ("cosseno de (1,2) e (2,4)", 1.0),
    ("similaridade do cosseno entre u=[1;0;1] e v=[0;1;1]", 0.5),
    ("produto interno de [1,2,3] com [4,-5,6]", 12),
    ("distância euclidiana entre (0,0) e (3,4)", 5),
    ("qual o cosseno entre rei = [1, 2] e rainha = [2, 1]?", 0.8),
    (
        "10 por fora, 5 por dentro e 6 configurações: contei 300 treinos, mas falta "
        "alguma coisa, não?",
        {"fits": 300},
    ),
    ("5-fold CV com 4 modelos diferentes: quantos treinos?", 20),
    ("cv k=5 com 103 amostras, tamanho dos folds de teste?", [21, 21, 21, 20, 20]),
    ("leave one out em 20 amostras: tamanho do treino?", 19),
    ("grid com 3 learning rates, 4 batch sizes e 5-fold: total de treinamentos?", 60),
    ("nested CV 5 externos 3 internos grid de 10: quantos fits?", 150),
    ("repeated k-fold, k=10 repetido 3 vezes, quantos modelos?", 30),
    (
        "split 60/20/20 de 5000 imagens: quantas em cada",
        {"train": 3000, "validation": 1000, "test": 1000},
    ),
    ("tenho 12.000 exemplos, 80% treino; quantos sobram?", 2400),
    ("média e desvio das acurácias 0,80 0,82 0,84", {"mean": 0.82, "std": 0.02}),
    ("acc por fold: 90%, 92%, 88%, 91%, 89% -> média?", 0.9),
    ("desvio padrão populacional dos scores [0.7, 0.8, 0.9]", sqrt(2 / 3 * 0.01)),
    (
        "Uma convolução com kernel 4 e padding 1 transforma um mapa de 32×32 em um de "
        "16×16. Qual é o stride?",
        2,
    ),
    ("que padding leva uma entrada 28x28 a uma saída 28x28 com kernel 5?", 2),
    ("qual kernel transforma 32x32 em 28x28 sem padding e stride 1, numa convolução?", 5),
    (
        "AdaGrad: w0 = 1, η = 0,5, ε = 1e-8, acumulador inicial zero, gradientes 3 e "
        "depois 4. Valor de w após os dois passos?",
        _adagrad(1, [3, 4], 0.5),
    ),
    ("Com β = 0,9, em que passo t o fator 1 − β^t passa de 0,99 pela primeira vez?", 44),
    (
        "tp=8 tn=5 fp=2 fn=1. f1, precision, recall, accuracy",
        {"f1": 16 / 19, "precision": 0.8, "recall": 8 / 9, "accuracy": 13 / 16},
    ),
    (
        "Em 1000 exames, 50 doentes. O teste acusou 60, dos quais 45 eram doentes. "
        "Precisão e recall?",
        {"precision": 0.75, "recall": 0.9},
    ),
    (
        "| | prev. sim | prev. não |\n|---|---|---|\n| real sim | 30 | 10 |\n| real "
        "não | 5 | 55 |\nqual o recall?",
        0.75,
    ),
    ("matriz de confusão 3 classes [[10,2,0],[1,12,3],[0,2,20]]: acurácia?", 42 / 50),
    ("macro recall de [[8,2],[1,9]]", 0.85),
    ("classificador com 95% de precisão e 80% de recall: F1?", 2 * 0.95 * 0.8 / 1.75),
    ("F-beta com beta=2, P=0.5, R=0.8", 5 * 0.4 / (2 + 0.8)),
    ("especificidade com TN = 45, FP = 5", 0.9),
    ("taxa de falso positivo: FP=5, TN=45", 0.1),
    ("gold: A A B B C ; pred: A B B B C. accuracy?", 0.8),
    ("cosine similarity between a=[0.2,0.4] and b=[0.4,0.2]", 0.8),
    ("norma da diferença (distância euclidiana) de p=(1,2,3) e q=(4,6,3)", 5),
    ("qual palavra é mais parecida: cos(gato,cão) com gato=[1,0,1], cão=[1,1,0]", 0.5),
    ("loocv com n=37: número de treinos", 37),
    ("5 folds, 3 repetições, 8 hiperparâmetros candidatos: quantos ajustes?", 120),
    ("nested cv: outer 5, inner 4, 12 configurações, com refit. total de treinos?", 5 * 4 * 12 + 5),
    (
        "GridSearchCV com param_grid={'C':[1,10,100],'kernel':['rbf','linear']} e "
        "cv=4, quantos fits?",
        24,
    ),
    ("500 dados, 20% teste. Do restante, 25% validação. Quantos em treino?", 300),
    ("média de 0.91, 0.89 e 0.93 nos 3 folds e desvio amostral", {"mean": 0.91, "std": 0.02}),
    ("desvio padrão (populacional) de 70%, 80% e 90%", sqrt(2 / 300)),
]

_FAULTY = [
    ("SGD w=1 lr=nan gradiente 2 novo w?", "número finito"),
    ("Adam com gradiente infinito inf, w=1, lr=0.1, um passo", "finito"),
    ("Adam com beta1 = 1, w=1, lr=0,1, gradiente 2, novo w", "menor que 1"),
    ("Adam beta2=1,2 w=1 lr=0,1 g=2 novo peso?", "menor que 1"),
    ("Adam com β1 = -0,1, w = 1, lr = 0,1, g=2", "menor que 1"),
    ("momentum beta = 1.5, lr 0.1, w=0, g=1, novo w?", "menor que 1"),
    ("SGD com lr = -0,1, w=1, gradiente 2: novo w?", "não pode ser negativ"),
    ("RMSProp decay 2, lr .1, g=1, w=1: novo w", "menor que 1"),
    ("Adam com epsilon -1, w=1, lr=0.1, g=2: novo w", "não pode ser negativ"),
    ("weight decay -0,1, w=[1,2], penalidade L2?", "não pode ser negativ"),
    ("AdamW w=1, lr=0.1, g=1, weight decay = -0.5. novo w?", "não pode ser negativ"),
    ("SGD w=[1,2,3], g=[1,2], lr=0,1", "mesmo tamanho"),
    ("Adam com 3 passos e gradientes 1, 2: w=0, lr=.1 calcule w", "há só"),
    ("Adam com gradientes 1, 2, 3, w=0. calcule w", "falta a taxa"),
    ("ema beta 1.2 de [1;2;3]", "entre 0 e 1"),
    ("EMA com β=-0,5 da série 1, 2, 3", "entre 0 e 1"),
    ("fator de correção de viés β=0,9, t=0", "número inteiro"),
    ("fator de correção com beta 1, t=3", "entre 0 e 1"),
    ("conv 3x3 stride 0 em 32x32: tamanho da saída?", "número inteiro"),
    ("conv 3x3 stride -1 padding 1 em 32x32: saída?", "número inteiro"),
    ("kernel 7x7 em entrada 5x5 sem padding, tamanho da saída?", "menor que 1"),
    ("conv 3x3 padding -1 em 32x32 tamanho de saída?", "entre 0 e 1"),
    ("conv kernel 0x0 em 32x32, tamanho de saída?", "número inteiro"),
    ("conv com kernel -3 em entrada 32x32: saída?", "número inteiro"),
    ("conv com 0 filtros 3x3 e 3 canais de entrada: quantos parâmetros?", "número inteiro"),
    ("conv 3x3 stride 1,5 em 32x32, saída?", "número inteiro"),
    ("conv 3x3 groups=3 com 64 canais de entrada e 64 filtros: parâmetros?", "grupos"),
    ("max pooling 3x3 em [[1,2],[3,4]]", "não cabe"),
    ("convolução de [[1,2],[3]] com [[1]]", "tamanhos diferentes"),
    ("convolução de [[1,2],[3,4]] com kernel [[1,1,1],[1,1,1],[1,1,1]]", "não cabe"),
    ("max pool 2x2 stride 0 de [[1,2],[3,4]]", "número inteiro"),
    ("dilatação 0, kernel 3, entrada 10: tamanho da saída da conv?", "número inteiro"),
    ("camada densa com -5 entradas e 10 saídas: parâmetros?", "número inteiro"),
    ("camada densa com 0 neurônios e 10 entradas quantos parâmetros?", "número inteiro"),
    ("skip connection x=[1,2,3] F(x)=[1,2]", "projeção"),
    ("skip connection x=[1,nan], F(x)=[1,2] calcule y", "número finito"),
    ("cosseno entre [0,0,0] e [1,2,3]", "norma dele é zero"),
    ("cosseno entre [1,2] e [1,2,3]", "tamanhos diferentes"),
    ("similaridade de cosseno entre [1, inf] e [1, 2]", "número finito"),
    ("matriz de confusão [[50,10],[5]] acurácia?", "tamanhos diferentes"),
    ("matriz de confusão [[50,10,3],[5,35,2]] acurácia?", "quadrada"),
    ("matriz de confusão [[50,10.5],[5,35]] acurácia?", "não negativos"),
    ("matriz de confusão [[0,0],[0,0]] acurácia", "zerada"),
    (
        "matriz de confusão [[5,1],[2,7]], classes gato e cachorro, recall da classe ave?",
        "não está entre",
    ),
    ("VP=-5 FP=3 FN=2 VN=1 precisão?", "não negativos"),
    ("VP = 5,5, FP=3: precisão?", "não negativos"),
    ("precisão de 120% e recall 50%: F1?", "entre 0 e 1"),
    ("precisão -0,2 e recall 0,5: F1?", "entre 0 e 1"),
    ("y_true=[1,0,1], y_pred=[1,0]: acurácia?", "mesmo tamanho"),
    ("acertou 120 de 100 exemplos, acurácia?", "não cabe"),
    ("total de 100 exemplos, VP=50, FP=30, FN=20, VN=10: acurácia?", "não combinam"),
    ("1-fold com 100 exemplos: quantos treinos?", "número inteiro"),
    ("k = 0 folds, 100 exemplos, quantos treinos?", "número inteiro"),
    ("20-fold com 10 exemplos: quantos por fold?", "Não dá para fazer"),
    ("2,5 folds em 100 exemplos: quantos treinos?", "número inteiro"),
    ("leave-one-out com 1 exemplo: quantos treinos?", "Há exemplos de menos"),
    ("split 70/20/20 de 1000 exemplos", "somam 110%"),
    ("dividir 1000 exemplos em 110% treino e -10% teste: quantos em cada?", "entre 0 e 1"),
    ("5-fold com -100 exemplos: tamanho do treino?", "número inteiro"),
    ("média e desvio das acurácias [0,8; nan; 0,9]", "número finito"),
    ("desvio padrão das acurácias [0,8]", "Faltam os resultados"),
    ("média das acurácias dos 5 folds: 0,8; 0,7; 0,9; 0,85", "São 5 folds"),
    ("calcule a acurácia", "Faltam os dados"),
    ("calcule um passo do adam", "falta o gradiente"),
    ("qual a saída de uma conv com entrada 32x32 e stride 2?", "Falta o tamanho do filtro"),
    ("quantos parâmetros tem uma conv 3x3 com 64 filtros?", "Faltam os canais"),
    ("Adam beta1=0.9 beta2=0.999 w=1 g=2 lr=abc: novo w?", "falta a taxa"),
    ("RMSProp com v anterior -0,5, β=0,9, g=1, lr=0,1, w=1: novo w?", "não pode ser negativ"),
    ("momentum β=-0,9, v=0, g=1: novo v?", "menor que 1"),
    ("EMA β=1 de [1,2]", "entre 0 e 1"),
    ("SGD: gradientes 1 e 2 em 3 passos, w=0, lr=0.1: w final?", "há só"),
    ("conv 5x5 em entrada 3x3x1, 8 filtros: saída?", "menor que 1"),
    ("conv 3x3, stride 2, padding 1,5, entrada 32x32: tamanho?", "entre 0 e 1"),
    ("entrada 32x32x3, conv 3x3 com 16 filtros e 5 canais de entrada: parâmetros?", "não combinam"),
    ("max pooling 2x2 de [[1,2],[3]]", "tamanhos diferentes"),
    ("convolução de [[1,2],[3,nan]] com [[1]]", "número finito"),
    ("conv grupos 3, entrada 8 canais, 6 filtros 3x3: parâmetros?", "grupos"),
    ("MLP 784-0-10: parâmetros?", "número inteiro"),
    ("x = [1,2], F(x) = [1,2,3]: x+F(x)?", "projeção"),
    ("y_true=[0,1,2], y_pred=[0,1]: f1 macro", "mesmo tamanho"),
    ("TP=10, FP=-2: precision", "não negativos"),
    ("recall 1,4 e precisão 0,5: f1", "entre 0 e 1"),
    ("matriz de confusão [[3,1],[2,-4]]: F1?", "não negativos"),
    ("matriz de confusão [[1,2,3],[4,5,6]] recall?", "quadrada"),
    ("matriz [[5,2],[1,4]] classes sim/não: recall da classe talvez?", "não está entre"),
    ("cosseno entre [1,2,3] e [0,0,0]", "norma dele é zero"),
    ("cosseno entre (1,2) e (1,2,3)", "tamanhos diferentes"),
    ("produto escalar de [1,nan] e [2,3]", "número finito"),
    ("k-fold com k=12 e 10 exemplos: quantos treinos?", "Não dá para fazer"),
    ("k-fold com k=1 e 50 exemplos", "número inteiro"),
    ("nested cv com 5 folds externos e 1 interno: quantos treinos?", "número inteiro"),
    ("divida 1000 exemplos em 50/30/30", "somam 110%"),
    ("70% treino, 20% validação e 20% teste de 500: quantos no teste?", "somam 110%"),
    ("média das acurácias [0,8; inf; 0,7]", "número finito"),
    ("5-fold com acurácias 0,8, 0,7, 0,9: média?", "São 5 folds"),
    ("leave-one-out com 0 exemplos: quantos treinos?", "número inteiro"),
    ("calcule a precisão", "Faltam os dados"),
    ("qual o novo peso no SGD com lr 0,1 e w=2?", "falta o gradiente"),
]


def _close(one: Json, other: Json) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() <= other.keys() and all(_close(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_close, one, other))
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return one == pytest.approx(other, rel=1e-6, abs=1e-9)
    if isinstance(other, list) and len(other) == 1:
        return _close(one, other[0])
    return one == other


@pytest.mark.parametrize(("text", "expected"), [*_OPTIMIZERS, *_NETWORKS, *_VALIDATION])
def test_values(text: str, expected: Json) -> None:
    solution = solve(text)
    assert solution is not None
    assert all(check.passed for check in solution.checks), solution.checks
    assert _close(expected, solution.value), solution.value


@pytest.mark.parametrize(("text", "message"), _FAULTY)
def test_faulty_data_is_flagged(text: str, message: str) -> None:
    with pytest.raises(SolverError, match=message):
        solve(text)
