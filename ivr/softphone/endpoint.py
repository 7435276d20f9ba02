"""PJSIP as a telephone without a sound device has it: its settings, its ports, its one codec."""

import json

import pjsua2 as pj

SAMPLE_RATE = 8000
MEDIA = {
    "clockRate": SAMPLE_RATE,
    "sndClockRate": SAMPLE_RATE,
    "noVad": True,
    # a busy machine must not tear what is heard: a buffer that is long and never shortened
    "jbInit": 200,
    "jbMinPre": 200,
    "jbMaxPre": 200,
    "jbMax": 1000,
    "jbDiscardAlgo": 0,
}
SOUND_PORTS = 16384, 16000
"""The first, and how many follow it."""


def configuration() -> pj.EpConfig:
    """PJSIP's defaults with MEDIA: by way of JSON, as the binding cannot set ``jbDiscardAlgo`` otherwise."""
    defaults, changed = pj.JsonDocument(), pj.JsonDocument()
    defaults.writeObject(pj.EpConfig())
    document = json.loads(defaults.saveString())
    document["EpConfig"]["MediaConfig"].update(MEDIA)
    changed.loadString(json.dumps(document))
    config = pj.EpConfig()
    changed.readObject(config)
    return config


def endpoint(bind: str, port: int = 0) -> pj.Endpoint:
    """A PJSIP endpoint for one thread, without sound devices, on a UDP port of ``bind`` (0: a free one)."""
    phone = pj.Endpoint()
    phone.libCreate()
    config = configuration()
    config.uaConfig.threadCnt = 0
    config.uaConfig.mainThreadOnly = True
    config.logConfig.level = config.logConfig.consoleLevel = 0
    phone.libInit(config)
    transport = pj.TransportConfig()
    transport.boundAddress = bind
    transport.port = port
    phone.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
    phone.libStart()
    phone.audDevManager().setNullDev()
    for codec in phone.codecEnum2():
        phone.codecSetPriority(codec.codecId, 255 if codec.codecId.startswith("PCMA") else 0)
    return phone


def take_sound_at(config: pj.AccountConfig, bind: str) -> None:
    """Sound arrives at any port between those of servers and the ephemeral ones.

    The library counts from 4000 in every process: the port of a telephone that crashed would soon be that of
    another, which would hear, and answer, what is still sent to the first.
    """
    transport = config.mediaConfig.transportConfig
    transport.boundAddress = bind
    transport.port, transport.portRange = SOUND_PORTS
    transport.randomizePort = True


def account(own_uri: str, bind: str) -> pj.Account:
    """The caller's identity; it does not register anywhere."""
    config = pj.AccountConfig()
    config.idUri = own_uri
    config.regConfig.registerOnAdd = False
    take_sound_at(config, bind)
    caller = pj.Account()
    caller.create(config)
    return caller
