/* What the clients in C share: checks that say what they have found, and the identifiers that no library of mingw-w64 has. */
#ifndef CLIENT_H
#define CLIENT_H

#define COBJMACROS
#include <windows.h>
#include <ole2.h>
#include <olectl.h>
#include <stdio.h>
#include <stdlib.h>

static int checks;

/* Ends the program, with exit code 1, unless a value of 32 bits is the one that is expected. */
#define CHECK(actual, expected)                                                                                        \
    do {                                                                                                               \
        DWORD actual_ = (DWORD)(actual), expected_ = (DWORD)(expected);                                                \
        checks++;                                                                                                      \
        if (actual_ != expected_) {                                                                                    \
            printf("%s:%d: %s is 0x%lx, not %s (0x%lx)\n", __FILE__, __LINE__, #actual, actual_, #expected, expected_); \
            fflush(stdout);                                                                                            \
            ExitProcess(1);                                                                                            \
        }                                                                                                              \
    } while (0)

/* Ends the program, with exit code 1, unless something holds. */
#define HOLDS(what) CHECK(!!(what), 1)

static const GUID CLSID_OF_TAPI = {0x21D6D48E, 0xA88B, 0x11D0, {0x83, 0xDD, 0x00, 0xAA, 0x00, 0x3C, 0xCA, 0xBD}};
static const GUID IID_OF_ITTAPI = {0xB1EFC382, 0x9355, 0x11D0, {0x83, 0x5C, 0x00, 0xAA, 0x00, 0x3C, 0xCA, 0xBD}};
static const GUID IID_OF_CALLCENTER = {0x5AFC3154, 0x4BCC, 0x11D1, {0xBF, 0x80, 0x00, 0x80, 0x5F, 0xC1, 0x47, 0xD3}};
static const GUID IID_OF_NOTIFICATION = {0xEDDB9426, 0x3B91, 0x11D1, {0x8F, 0x30, 0x00, 0xC0, 0x4F, 0xB6, 0x80, 0x9F}};
static const GUID IID_OF_SESSION_EVENT = {0x5AFC314B, 0x4BCC, 0x11D1, {0xBF, 0x80, 0x00, 0x80, 0x5F, 0xC1, 0x47, 0xD3}};
static const GUID IID_OF_AGENT_EVENT = {0x5AFC314A, 0x4BCC, 0x11D1, {0xBF, 0x80, 0x00, 0x80, 0x5F, 0xC1, 0x47, 0xD3}};
static const GUID IID_OF_SESSION = {0x5AFC3147, 0x4BCC, 0x11D1, {0xBF, 0x80, 0x00, 0x80, 0x5F, 0xC1, 0x47, 0xD3}};
static const GUID IID_OF_AGENT = {0x5770ECE5, 0x4B27, 0x11D1, {0xBF, 0x80, 0x00, 0x80, 0x5F, 0xC1, 0x47, 0xD3}};

/* Whether the library lets itself be unloaded within some seconds: nothing of it is in use. */
static int becomes_idle(const char *library)
{
    HRESULT(WINAPI * can_unload)(void) = (void *)GetProcAddress(GetModuleHandleA(library), "DllCanUnloadNow");
    if (!can_unload)
        return 0;
    for (int wait = 0; wait < 100; wait++) {
        if (can_unload() == S_OK)
            return 1;
        Sleep(50);
    }
    return 0;
}

#endif
